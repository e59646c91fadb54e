// The camera as a scanner.
import { useEffect, useRef, useState } from "preact/hooks";
import { watch } from "../devices/camera.js";
import { Dialog } from "../parts/controls.jsx";
import { closeDialog } from "../state.js";
import { t } from "../words.js";

export function CameraDialog({ scan }) {
  const video = useRef();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let end = () => {};
    let isOn = true;
    watch(video.current, (code) => (closeDialog(), scan(code)))
      .then((stop) => (isOn ? (end = stop) : stop()))
      .catch(() => setProblem(t("The camera cannot be used. Allow it in the browser's settings for this page.")));
    return () => ((isOn = false), end());
  }, []);
  return (
    <Dialog title={t("Scan with the camera")}>
      {problem ? <p class="bad" role="alert">{problem}</p> : <video ref={video} class="viewfinder" muted playsInline aria-label={t("What the camera sees")} />}
    </Dialog>
  );
}
