// Reads barcodes with the camera, where the browser can (Shape Detection API).
const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "qr_code", "data_matrix", "itf"];

export const canScan = "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);

// Shows the camera in `video` and calls `found(code)` once; gives a function that ends it.
export async function watch(video, found) {
  const supported = await window.BarcodeDetector.getSupportedFormats();
  const detector = new window.BarcodeDetector({ formats: FORMATS.filter((format) => supported.includes(format)) });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  await video.play();
  let isOn = true;
  const end = () => {
    isOn = false;
    stream.getTracks().forEach((track) => track.stop());
  };
  const look = async () => {
    if (!isOn) return;
    const [code] = await detector.detect(video).catch(() => []);
    if (code?.rawValue && isOn) {
      end();
      found(code.rawValue);
    } else setTimeout(look, 120);
  };
  look();
  return end;
}
