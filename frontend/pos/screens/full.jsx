// What to do when the device has no room left.
import { isFull } from "../store/reserve.js";
import { t } from "../words.js";

export const FullDevice = () => isFull.value && (
  <p class="note note-bad" role="alert">
    {t("This device is full. What is sold goes into room that was held back, and that ends: sync now, so that the till can remove what is booked, or save the recovery file where there is no network. Then remove other things from this device. New prices and products come once there is room.")}
  </p>
);
