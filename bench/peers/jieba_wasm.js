// Times npm's jieba-wasm in a worker of the browser, on the same text and as often as it is asked to.
import init, { cut } from "./jieba_rs_wasm.js";

onmessage = async ({ data: { text, times } }) => {
  await init();
  cut("", true);
  const lines = text.split(/\r?\n/);
  const seconds = [];
  let words = 0;
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    words = lines.reduce((sum, line) => sum + cut(line, true).length, 0);
    seconds.push((performance.now() - start) / 1000);
  }
  postMessage({ words, seconds });
};
