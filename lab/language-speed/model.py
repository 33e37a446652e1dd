"""Writes a language model of the shape of Qwen2.5-0.5B with random weights as a GGUF file: python model.py FILE.

Linear layers and the table of tokens, which is the head too, are blocks of 8 bits (Q8_0). The vocabulary is made up: bytes, and pairs and
triples of them, so that both programs accept it.
"""

import sys

import gguf
import numpy as np

LAYERS, HIDDEN, INNER, HEADS, GROUPS, VOCABULARY, CONTEXT = 24, 896, 4864, 14, 2, 151_936, 32_768
HEAD = HIDDEN // HEADS
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TEMPLATE = "{% for message in messages %}{{ message['role'] + '\\n' + message['content'] + '\\n' }}{% endfor %}"


def characters():
    """The character of each byte in vocabularies like that of GPT-2."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in seen]
    return [chr(byte) if byte in seen else chr(256 + hidden.index(byte)) for byte in range(256)]


def vocabulary():
    """Tokens and merges: all bytes, all pairs, then triples until there are enough."""
    single = characters()
    tokens, merges = list(single), []
    pairs = [(left, right) for left in single for right in single]
    triples = ((left + right, third) for left, right in pairs for third in single)
    for left, right in [*pairs, *(next(triples) for _ in range(VOCABULARY - 256 - len(pairs) - len(SPECIAL)))]:
        tokens.append(left + right)
        merges.append(f"{left} {right}")
    return tokens + SPECIAL, merges


def main(file):
    random = np.random.Generator(np.random.PCG64(20261128))
    writer = gguf.GGUFWriter(file, "qwen2")
    writer.add_name("random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(GROUPS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    tokens, merges = vocabulary()
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    kinds = [gguf.TokenType.NORMAL] * (VOCABULARY - len(SPECIAL)) + [gguf.TokenType.CONTROL] * len(SPECIAL)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(VOCABULARY - 3)
    writer.add_eos_token_id(VOCABULARY - 1)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)

    def matrix(name, rows, columns):
        values = random.standard_normal((rows, columns), dtype=np.float32) / np.float32(columns**0.5)
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)

    def vector(name, length, mean=0.0):
        writer.add_tensor(name, (mean + 0.02 * random.standard_normal(length)).astype(np.float32))

    matrix("token_embd.weight", VOCABULARY, HIDDEN)
    vector("output_norm.weight", HIDDEN, 1.0)
    for layer in range(LAYERS):
        for name, rows, columns in [
            ("attn_q", HIDDEN, HIDDEN),
            ("attn_k", GROUPS * HEAD, HIDDEN),
            ("attn_v", GROUPS * HEAD, HIDDEN),
            ("attn_output", HIDDEN, HIDDEN),
            ("ffn_gate", INNER, HIDDEN),
            ("ffn_up", INNER, HIDDEN),
            ("ffn_down", HIDDEN, INNER),
        ]:
            matrix(f"blk.{layer}.{name}.weight", rows, columns)
            if name in ("attn_q", "attn_k", "attn_v"):
                vector(f"blk.{layer}.{name}.bias", rows)
        vector(f"blk.{layer}.attn_norm.weight", HIDDEN, 1.0)
        vector(f"blk.{layer}.ffn_norm.weight", HIDDEN, 1.0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1])
