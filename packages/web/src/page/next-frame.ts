/** The longest delay of a task while the page is hidden: a hidden page has no frames. */
const HIDDEN_MS = 200;

/** Runs `task` once, before the browser draws its next frame, or after HIDDEN_MS. */
export function onNextFrame(task: () => void): void {
  let timer = 0;
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    task();
  });
  timer = window.setTimeout(() => {
    cancelAnimationFrame(frame);
    task();
  }, HIDDEN_MS);
}
