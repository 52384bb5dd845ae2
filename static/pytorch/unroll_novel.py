"""Samples from a language model that Unroll has trained, and trains it on, in PyTorch.

    pip install torch safetensors            (and jieba for models of Chinese words)
    python unroll_novel.py sample MODEL.safetensors --prompt "..." [--length 200] [--temperature 0.8] [--seed 1]
    python unroll_novel.py train MODEL.safetensors TEXT.txt --steps 1000 [--out TRAINED.safetensors]
    torchrun --nproc-per-node 4 unroll_novel.py train MODEL.safetensors TEXT.txt --steps 1000
    python unroll_novel.py label WEIGHTS MODEL.safetensors [--out LABELLED.safetensors]

The file that comes out can be opened in Unroll again. A model file holds the parameters under the names of the modules
below; its metadata holds the settings ("form") and the tokens ("lexicon"). Weights that say neither, as a safetensors file
or by torch.save, are given those of a model that Unroll saved.
"""

import argparse
import json
import os
import re

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import distributed, nn
from torch.nn import functional


class Novel(nn.Module):
    """Embedding, a recurrent module, and one of two ends: every state, or the sum of all, to the tokens."""

    def __init__(self, form, tokens):
        super().__init__()
        self.is_book = form["kind"] == "many_to_one"
        self.is_tied = form["tied"] == "on" and not self.is_book
        self.window = int(form["seq_length"])
        hidden = int(form["hidden_size"])
        size = hidden if self.is_tied else int(form["embedding_dim"])
        self.drop = nn.Dropout(float(form["dropout"]))
        self.embedding = nn.Embedding(tokens, size)
        self.name = form["cell"]
        module = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[self.name]
        layers = int(form["num_layers"])
        dropout = float(form["dropout"]) if layers > 1 else 0.0
        setattr(self, self.name, module(size, hidden, layers, batch_first=True, dropout=dropout))
        if self.is_book:
            self.linear1 = nn.Linear(hidden, int(form["linear_size"]))
            self.linear2 = nn.Linear(int(form["linear_size"]), tokens)
        else:
            self.linear = nn.Linear(hidden, tokens)
            if self.is_tied:
                self.linear.weight = self.embedding.weight

    def forward(self, numbers, state=None):
        output, state = getattr(self, self.name)(self.drop(self.embedding(numbers)), state)
        if self.is_book:
            return self.linear2(torch.relu(self.linear1(self.drop(output.sum(dim=1))))), None
        return self.linear(self.drop(output)), state


WRAPPERS = {"module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"}


def unwrapped(tensors):
    """Tensors by the names that they have without what data parallelism, compilation and a model around it put there."""
    names = {name: ".".join(part for part in name.split(".") if part not in WRAPPERS) for name in tensors}
    while names and all(name.startswith("model.") for name in names.values()):
        names = {name: bare.removeprefix("model.") for name, bare in names.items()}
    return {names[name]: tensor for name, tensor in tensors.items()}


def load(path):
    """The model, its settings and its tokens."""
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata() or {}
        tensors = unwrapped({name: file.get_tensor(name).float() for name in file.keys()})
    if "form" not in metadata or "lexicon" not in metadata:
        raise SystemExit(
            f"{path} says nothing of its settings and tokens; give it those of a model that Unroll saved:\n"
            f"    python unroll_novel.py label {path} SAVED.safetensors"
        )
    form, lexicon = json.loads(metadata["form"]), json.loads(metadata["lexicon"])
    model = Novel(form, len(lexicon["tokens"]))
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    # A tied layer's weight is the table's: the file holds it once.
    if unexpected or set(missing) - ({"linear.weight"} if model.is_tied else set()):
        raise SystemExit(f"{path} does not fit: {missing} are missing, {unexpected} too many")
    return model, form, lexicon, metadata


def save(path, model, metadata, steps):
    tensors = {name: parameter.detach().cpu() for name, parameter in model.named_parameters()}
    save_file(tensors, path, metadata | {"step": str(int(float(metadata.get("step") or 0)) + steps)})


def label(path, saved, out):
    """Gives weights that say nothing of themselves the settings and tokens of a model that Unroll saved."""
    if path.endswith(".safetensors"):
        tensors = load_file(path)
    else:
        tensors = torch.load(path, map_location="cpu", weights_only=True)
        for key in ("state_dict", "model_state_dict", "model"):
            tensors = tensors.get(key, tensors) if isinstance(tensors.get(key), dict) else tensors
    with safe_open(saved, framework="pt") as file:
        metadata = file.metadata()
    # A tied layer is there once.
    tensors = {name: tensor.clone().contiguous() for name, tensor in unwrapped(tensors).items()}
    save_file(tensors, out, metadata)
    load(out)
    print(f"wrote {out}")


def cut(text, form, lexicon):
    """The tokens of a text, cut as Unroll cuts it (the cleaning rules are left to you)."""
    if form.get("lower_case") == "on":
        text = text.lower()
    if form["tokens"] == "characters" and not lexicon["is_marked"]:
        return list(text)
    sentences = [text]
    if lexicon["is_marked"]:
        sentences = [piece for piece in re.split(r"(?<=[。！？!?])|(?<=\.)\s|\n", text) if piece and piece.strip()]
    tokens = []
    for sentence in sentences:
        if form["tokens"] == "characters":
            words = list(sentence)
        elif lexicon["is_spaced"]:
            words = re.findall(r"\w+(?:['.]\w+)*|[^\w\s]", sentence)
        else:
            import jieba

            words = jieba.lcut(sentence)
        tokens += [word for word in words if word.strip()]
        if lexicon["is_marked"]:
            tokens.append("<e>")
    return tokens


def numbered(tokens, lexicon):
    numbers = {token: number for number, token in enumerate(lexicon["tokens"])}
    unknown = numbers.get("<unk>")
    found = (numbers.get(token, unknown) for token in tokens)
    return [number for number in found if number is not None]


def shown(written, lexicon):
    text = ""
    for number in written:
        token = lexicon["tokens"][number]
        token = "\n" if token == "<e>" and lexicon["is_marked"] else token
        blank = lexicon["is_spaced"] and text and text[-1] not in "([{\n" and token[0] not in ".,;:!?)]}\n"
        text += (" " if blank else "") + token
    return text


@torch.no_grad()
def sample(model, lexicon, prompt, length, temperature):
    """Writes on after a prompt; temperature 0 takes the most probable token each time."""
    model.eval()
    names = lexicon["tokens"]
    number = {name: index for index, name in enumerate(names)}
    banned = ["<unk>", "<pad>", "<s>"] if lexicon["is_marked"] else ["<unk>"]
    banned = [number[name] for name in banned if name in number]
    beginning = number.get("<s>") if model.is_book else number.get("<e>", number.get("\n", 0))
    text, state, written = list(prompt) or [beginning], None, []
    pending = list(text)
    sentence = [number.get("<s>")] if model.is_book else []
    while True:
        for token in pending:
            if model.is_book:
                starts = token in (number["<s>"], number["<e>"])
                sentence = [number["<s>"]] if starts else (sentence + [token])[-model.window :]
            else:
                scores, state = model(torch.tensor([[token]]), state)
        if model.is_book:
            padded = sentence + [number["<pad>"]] * (model.window - len(sentence))
            scores, _ = model(torch.tensor([padded]))
        scores = scores.reshape(-1).clone()
        scores[banned] = float("-inf")
        if len(written) == length:
            return written
        if temperature > 0:
            token = int(torch.multinomial(functional.softmax(scores / temperature, dim=0), 1))
        else:
            token = int(scores.argmax())
        written.append(token)
        pending = [token]


def batch(model, numbers, size, lexicon, generator):
    """Random windows and what follows them."""
    names = {name: index for index, name in enumerate(lexicon["tokens"])}
    if not model.is_book:
        starts = torch.randint(0, len(numbers) - model.window, (size,), generator=generator)
        windows = torch.stack([numbers[start : start + model.window + 1] for start in starts])
        return windows[:, :-1], windows[:, 1:]
    windows, follows = [], []
    for place in torch.randint(0, len(numbers), (size,), generator=generator).tolist():
        window = []
        for token in reversed(numbers[max(0, place - model.window) : place].tolist()):
            if token == names["<e>"]:
                break
            window.append(token)
        if len(window) < model.window:
            window.append(names["<s>"])
        window.reverse()
        windows.append(window + [names["<pad>"]] * (model.window - len(window)))
        follows.append(int(numbers[place]))
    return torch.tensor(windows), torch.tensor(follows)


def train(path, text, steps, out):
    rank, world = 0, int(os.environ.get("WORLD_SIZE", 1))
    if world > 1:
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
        rank = distributed.get_rank()
    device = torch.device("cuda", rank % torch.cuda.device_count()) if torch.cuda.is_available() else "cpu"
    model, form, lexicon, metadata = load(path)
    model.to(device).train()
    replica = nn.parallel.DistributedDataParallel(model) if world > 1 else model
    numbers = torch.tensor(numbered(cut(open(text, encoding="utf-8").read(), form, lexicon), lexicon))
    if len(numbers) <= model.window:
        raise SystemExit(f"{text} has {len(numbers)} tokens; a window has {model.window}")
    rate = float(form["learning_rate"])
    if form["optimizer"] == "sgd":
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=float(form["momentum"]))
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    generator = torch.Generator().manual_seed(int(form["seed"]) + rank)
    for step in range(1, steps + 1):
        windows, follows = batch(model, numbers, int(form["batch_size"]), lexicon, generator)
        scores, _ = replica(windows.to(device))
        loss = functional.cross_entropy(scores.reshape(-1, scores.shape[-1]), follows.reshape(-1).to(device))
        optimizer.zero_grad()
        loss.backward()
        if float(form["clip_norm"]) > 0:
            nn.utils.clip_grad_norm_(model.parameters(), float(form["clip_norm"]))
        optimizer.step()
        if rank == 0 and (step % 100 == 0 or step == steps):
            print(f"step {step}: loss {loss.item():.4f}", flush=True)
    if rank == 0:
        save(out, model, metadata, steps)
        print(f"wrote {out}")
    if world > 1:
        distributed.destroy_process_group()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    sampling = commands.add_parser("sample")
    sampling.add_argument("model")
    sampling.add_argument("--prompt", default="")
    sampling.add_argument("--length", type=int, default=200)
    sampling.add_argument("--temperature", type=float, default=0.8)
    sampling.add_argument("--seed", type=int, default=1)
    training = commands.add_parser("train")
    training.add_argument("model")
    training.add_argument("text")
    training.add_argument("--steps", type=int, default=1000)
    training.add_argument("--out", default="trained.safetensors")
    labelling = commands.add_parser("label")
    labelling.add_argument("weights")
    labelling.add_argument("model")
    labelling.add_argument("--out", default="labelled.safetensors")
    asked = parser.parse_args()
    if asked.command == "label":
        return label(asked.weights, asked.model, asked.out)
    if asked.command == "train":
        return train(asked.model, asked.text, asked.steps, asked.out)
    torch.manual_seed(asked.seed)
    model, form, lexicon, _ = load(asked.model)
    prompt = [token for token in cut(asked.prompt, form, lexicon) if token != "<e>"]
    written = sample(model, lexicon, numbered(prompt, lexicon), asked.length, asked.temperature)
    print(asked.prompt + shown(written, lexicon))


if __name__ == "__main__":
    main()
