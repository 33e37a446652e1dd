// Times a GGUF file in llama.cpp (node-llama-cpp) and in `speed`, an example of linocut-language, in turns:
//   node compare.mjs MODEL.gguf SPEED [ROUNDS] [READ] [WRITTEN] [THREADS]
// Prints each round, then medians and the median of the ratios of rounds side by side; above 1, ours is faster. `cpu` is the processor time of
// a whole round, in ticks of 10 ms, which tells more than the clock where others use the machine; with one thread only, for threads of
// llama.cpp use the processor while they wait.

import {spawn} from "node:child_process";
import {once} from "node:events";
import {readFileSync} from "node:fs";
import {createInterface} from "node:readline";
import {getLlama, LlamaLogLevel} from "node-llama-cpp";

const [model, speed, ...numbers] = process.argv.slice(2);
if (!model || !speed) {
    console.error("usage: node compare.mjs MODEL.gguf SPEED [ROUNDS] [READ] [WRITTEN] [THREADS]");
    process.exit(2);
}
const [rounds = 9, read = 256, written = 32, threads = 2] = numbers.map(Number);

const llama = await getLlama({gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: threads});
const opened = await llama.loadModel({modelPath: model, gpuLayers: 0});
const context = await opened.createContext({contextSize: read + written + 64, batchSize: read, threads, sequences: 1});
const sequence = context.getSequence();
const vocabulary = opened.fileInfo.metadata.tokenizer.ggml.tokens.length;
const prompt = Array.from({length: read}, (_, at) => (at * 7919) % vocabulary);

/** Seconds of reading the prompt with the token behind it, and of writing as many tokens as `written` more. */
async function theirs() {
    await sequence.clearHistory();
    const before = ticks(process.pid);
    const start = performance.now();
    let first, count = 0;
    for await (const _ of sequence.evaluate(prompt, {temperature: 0, yieldEogToken: true})) {
        first ??= performance.now();
        if (count++ === written) break;
    }
    const end = performance.now();
    return {read: (first - start) / 1e3, written: (end - first) / 1e3, cpu: ticks(process.pid) - before, count: count - 1};
}

/** Processor time of a process so far: user's and system's (Linux). */
function ticks(pid) {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13);
    return Number(user) + Number(system);
}

const program = spawn(speed, [model, read, written].map(String), {
    env: {...process.env, RAYON_NUM_THREADS: String(threads)},
    stdio: ["pipe", "pipe", "inherit"],
});
const lines = createInterface({input: program.stdout});
/** The same of ours. */
async function ours() {
    const [line, before] = [once(lines, "line"), ticks(program.pid)];
    program.stdin.write("\n");
    const times = JSON.parse((await line)[0]);
    return {...times, cpu: ticks(program.pid) - before};
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
console.log(`llama.cpp ${llama.llamaCppRelease.release}, ${context.currentThreads || threads} threads; ${llama.systemInfo}`);
await theirs();
await ours();
const all = [];
for (let round = 0; round < rounds; round++) {
    const one = round % 2 ? [await ours(), await theirs()] : [await theirs(), await ours()];
    const [own, other] = round % 2 ? one : one.toReversed();
    if (other.count !== written) throw new Error(`llama.cpp wrote ${other.count} tokens, expected ${written}`);
    all.push({own, other});
    console.log(JSON.stringify({round, ours: own, llamaCpp: other}));
}
program.stdin.end();
for (const [name, tokens] of [["read", read], ["written", written]]) {
    const rate = (side) => tokens / median(all.map((round) => round[side][name]));
    const ratio = median(all.map(({own, other}) => other[name] / own[name]));
    const [own, other] = [rate("own"), rate("other")].map((value) => value.toFixed(1));
    console.log(`${name}: ours ${own} tokens/s, llama.cpp ${other} tokens/s, median ratio ${ratio.toFixed(2)}`);
}
const cpu = median(all.map(({own, other}) => other.cpu / own.cpu));
console.log(`processor time of a round: median ratio ${cpu.toFixed(2)}`);
await llama.dispose();
