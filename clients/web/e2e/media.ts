// A site with a sound and a film for a pack to point to, both made here.
// It knows nothing of quizzes, and serves nothing else.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { Browser } from "playwright-core";

export interface MediaSite {
  readonly url: string;
  stop(): Promise<void>;
}

const RATE_HZ = 8_000;
const TONE_HZ = 440;
const TONE_S = 1;

/** A held note as a WAV file: one channel of 8 bits. */
function tone(): Buffer {
  const samples = Buffer.from(
    Uint8Array.from({ length: RATE_HZ * TONE_S }, (_, at) =>
      Math.round(128 + 30 * Math.sin((2 * Math.PI * TONE_HZ * at) / RATE_HZ)),
    ),
  );
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE_HZ, 24);
  head.writeUInt32LE(RATE_HZ, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

/** A square that changes its shade, filmed by the browser that will show it. */
async function film(browser: Browser): Promise<Buffer> {
  const page = await browser.newPage();
  const recorded = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
    const context = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm" });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    for (let shade = 0; shade <= 10; shade += 1) {
      if (context) context.fillStyle = `hsl(0 0% ${shade * 10}%)`;
      context?.fillRect(35, 0, 90, 90);
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await stopped;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  await page.close();
  return Buffer.from(recorded);
}

export async function serveMedia(browser: Browser): Promise<MediaSite> {
  const files = new Map([
    ["/tone.wav", { type: "audio/wav", bytes: tone() }],
    ["/film.webm", { type: "video/webm", bytes: await film(browser) }],
  ]);
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? "");
    response.writeHead(file ? 200 : 404, { "content-type": file?.type ?? "text/plain" });
    response.end(file?.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, stop };
}
