// Receipt printers: of this device by USB (WebUSB), by a serial port or Bluetooth (Web Serial), the browser's, or the
// register's in the network, which the server reaches.
import { base64 } from "../einvoice/documents/hashing.js";
import { call } from "../sync/api.js";

const KEY = "till.printer";
const PRINTER_CLASS = 7; // USB-IF's class code of printers

export const can = { usb: "usb" in navigator, serial: "serial" in navigator };

export function chosen() {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
  return { kind: "browser", dots: 576, auto: false, ...kept };
}

export const choose = (values) => localStorage.setItem(KEY, JSON.stringify({ ...chosen(), ...values }));

// Asks which; must be called while a key or a finger is down.
export async function pair(kind) {
  if (kind === "usb") await navigator.usb.requestDevice({ filters: [{ classCode: PRINTER_CLASS }] });
  if (kind === "serial") await navigator.serial.requestPort();
  choose({ kind });
}

// Raises what the printer or the browser says where it cannot be done.
export async function send(bytes) {
  const { kind } = chosen();
  if (kind === "usb") return sendByUsb(bytes);
  if (kind === "serial") return sendBySerial(bytes);
  if (kind === "network") return call("POST", "print", { data: base64(bytes) });
  return undefined;
}

async function sendByUsb(bytes) {
  const [device] = await navigator.usb.getDevices();
  if (!device) throw new Error("no printer");
  if (!device.opened) await device.open();
  if (device.configuration === null) await device.selectConfiguration(1);
  const found = device.configuration.interfaces.find(({ alternate }) => alternate.interfaceClass === PRINTER_CLASS);
  if (!found.claimed) await device.claimInterface(found.interfaceNumber);
  const { endpointNumber } = found.alternate.endpoints.find(({ direction }) => direction === "out");
  await device.transferOut(endpointNumber, bytes);
}

async function sendBySerial(bytes) {
  const [port] = await navigator.serial.getPorts();
  if (!port) throw new Error("no printer");
  if (!port.writable) await port.open({ baudRate: 9600 });
  const writer = port.writable.getWriter();
  try {
    await writer.write(bytes);
  } finally {
    writer.releaseLock();
  }
}
