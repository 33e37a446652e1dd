"""Scorers at full size on a card, beside transformers in the same run: a table.

Run: python card.py TOWER_TIME PALIGEMMA_MEASURE FOLDER [--calls 7]
(torch with CUDA, transformers 4.49, safetensors.) Makes CLIP ViT-L/14, SigLIP so400m at 384 px and PaliGemma 2 3B at 448 px of random weights in
FOLDER, from the configurations in fixtures/score. Ours in bf16, PaliGemma's linear layers in NF4; transformers in bf16 with SDPA. A row of
PaliGemma is one look and five prompts. Wall time of a call that is waited for, median of the calls after two that warm up."""
import argparse, json, pathlib, statistics, subprocess, sys, time

import torch
from safetensors.torch import save_file

options = argparse.ArgumentParser()
options.add_argument("tower_time"), options.add_argument("paligemma"), options.add_argument("folder", type=pathlib.Path)
options.add_argument("--calls", type=int, default=7)
options = options.parse_args()
fixtures = pathlib.Path(__file__).resolve().parents[2] / "fixtures/score"
torch.set_grad_enabled(False)


def median(run):
    times = [run() for _ in range(options.calls + 2)]
    return statistics.median(times[2:])


def waited(run):
    torch.cuda.synchronize()
    start = time.perf_counter()
    run()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def asked(command, line):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run():
        process.stdin.write(line + "\n")
        process.stdin.flush()
        return float(process.stdout.readline())

    return process, run


def tower(name, model, vision, result):
    """Ours and theirs for one picture of a random tower."""
    folder = options.folder / name
    (folder / "input").mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"model_type": name, "projection_dim": 768, "vision_config": vision}))
    save_file({key: value.contiguous() for key, value in model.state_dict().items() if "position_ids" not in key}, folder / "model.safetensors")
    pixels = torch.rand(1, 3, vision["image_size"], vision["image_size"]) * 2 - 1
    save_file({"pixel_values": pixels}, folder / "input/pixels.safetensors")
    theirs, pictures = model.to("cuda", torch.bfloat16).eval(), pixels.to("cuda", torch.bfloat16)
    other = median(lambda: waited(lambda: result(theirs(pixel_values=pictures))))
    del theirs
    torch.cuda.empty_cache()
    process, run = asked([options.tower_time, folder, "cuda", "bf16"], "")
    mine = median(run)
    process.kill()
    return mine, other


def paligemma():
    from transformers import PaliGemmaForConditionalGeneration

    folder = options.folder / "paligemma"
    subprocess.run([sys.executable, fixtures.parents[1] / "lab/paligemma/make_random.py", "3b", folder], check=True)
    process, run = asked([options.paligemma, folder, "nf4", "cuda", "bf16"], "prefill 5")
    process.stdout.readline()
    mine = median(run)
    process.kill()
    model = PaliGemmaForConditionalGeneration.from_pretrained(folder, torch_dtype=torch.bfloat16, attn_implementation="sdpa").to("cuda").eval()
    side, patch = model.config.vision_config.image_size, model.config.vision_config.patch_size
    pixels = torch.randn(5, 3, side, side, device="cuda", dtype=torch.bfloat16)
    row = [model.config.image_token_index] * (side // patch) ** 2 + [2] + [5 + at * 7 % 250 for at in range(72)]
    ids = torch.tensor([row] * 5, device="cuda")
    told = dict(input_ids=ids, pixel_values=pixels, attention_mask=torch.ones_like(ids), token_type_ids=torch.zeros_like(ids), use_cache=False)
    return mine, median(lambda: waited(lambda: model(**told, logits_to_keep=1)))


def towers():
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection, SiglipVisionConfig, SiglipVisionModel

    clip = dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16, image_size=224, patch_size=14, hidden_act="quick_gelu")
    siglip = dict(hidden_size=1152, intermediate_size=4304, num_hidden_layers=27, num_attention_heads=16, image_size=384, patch_size=14)
    model = CLIPVisionModelWithProjection(CLIPVisionConfig(**clip, projection_dim=768))
    yield "CLIP ViT-L/14, one picture", tower("clip", model, clip, lambda out: out.image_embeds)
    yield "SigLIP so400m, one picture", tower("siglip", SiglipVisionModel(SiglipVisionConfig(**siglip)), siglip, lambda out: out.pooler_output)


print(f"{torch.cuda.get_device_name()}, bf16, median of {options.calls} calls\n")
print("| call | linocut, ms | transformers, ms | ratio |\n|---|---|---|---|", flush=True)
for name, (mine, other) in [*towers(), ("PaliGemma 2 3B, 448 px, five prompts (NF4 against bf16)", paligemma())]:
    print(f"| {name} | {1000 * mine:.1f} | {1000 * other:.1f} | {mine / other:.2f} |", flush=True)
