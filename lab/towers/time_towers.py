#!/usr/bin/env python3
"""CPU time of the picture towers of CLIP and SigLIP: this project against PyTorch, f32, one thread, pass by pass.

Writes checkpoints of the real shape with random weights to the folder WORK (3 GB), and compares the results of both as well.

    cargo build --release -p linocut-lab --features neural --bin tower_time
    python lab/towers/time_towers.py target/release/tower_time WORK [PAIRS]
"""
import json, os, statistics, subprocess, sys, time
import torch
from safetensors.torch import load_file, save_file
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection, SiglipVisionConfig, SiglipVisionModel

CLIP = dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16, image_size=224, patch_size=14, hidden_act="quick_gelu")
SIGLIP = dict(hidden_size=1152, intermediate_size=4304, num_hidden_layers=27, num_attention_heads=16, image_size=384, patch_size=14)


def tower(name):
    torch.manual_seed(7)
    if name == "clip":
        return CLIPVisionModelWithProjection(CLIPVisionConfig(**CLIP, projection_dim=768)).eval(), lambda out: out.image_embeds, CLIP
    return SiglipVisionModel(SiglipVisionConfig(**SIGLIP)).eval(), lambda out: out.pooler_output, SIGLIP


def write(name, model, vision, folder):
    os.makedirs(f"{folder}/input", exist_ok=True)
    json.dump({"model_type": name, "projection_dim": 768, "vision_config": vision}, open(f"{folder}/config.json", "w"))
    save_file({k: v.contiguous() for k, v in model.state_dict().items() if "position_ids" not in k}, f"{folder}/model.safetensors")
    side = vision["image_size"]
    pixels = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(1)) * 2 - 1
    save_file({"pixel_values": pixels}, f"{folder}/input/pixels.safetensors")
    return pixels


def measure(name, program, work, pairs):
    model, result, vision = tower(name)
    folder = f"{work}/{name}"
    pixels = write(name, model, vision, folder)
    ours = subprocess.Popen([program, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "RAYON_NUM_THREADS": "1"})

    def one_of_ours():
        ours.stdin.write("\n")
        ours.stdin.flush()
        return float(ours.stdout.readline())

    def one_of_theirs():
        before = time.process_time()
        with torch.inference_mode():
            one_of_theirs.output = result(model(pixels))
        return time.process_time() - before

    one_of_ours(), one_of_theirs()  # warm up
    rows = [(one_of_ours(), one_of_theirs()) for _ in range(pairs)]
    ours.stdin.close()
    ours.wait()
    found, expected = load_file(f"{folder}/input/output.safetensors")["output"], one_of_theirs.output
    apart = ((found - expected).abs().max() / expected.abs().max()).item()
    median = lambda values: statistics.median(values)
    ratios = sorted(a / b for a, b in rows)
    print(f"| {name} | {median(a for a, _ in rows):.2f} | {median(b for _, b in rows):.2f} | {median(ratios):.2f} | {ratios[0]:.2f} to {ratios[-1]:.2f} | {apart:.0e} |", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    program, work = sys.argv[1:3]
    print("| tower | ours, s | PyTorch, s | median ratio | range | largest relative difference |\n|---|---|---|---|---|---|")
    for name in ["clip", "siglip"]:
        measure(name, program, work, int(sys.argv[3]) if len(sys.argv) > 3 else 7)
