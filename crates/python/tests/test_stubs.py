"""The stubs say what is there."""

import ast
import inspect
from pathlib import Path

import linocut
from linocut import _linocut

FOLDER = Path(linocut.__file__).parent


def test_the_stub_has_the_functions_of_the_compiled_part_with_their_arguments():
    tree = ast.parse((FOLDER / "_linocut.pyi").read_text())
    told = {node.name: [arg.arg for arg in node.args.args] for node in tree.body if isinstance(node, ast.FunctionDef)}
    there = {
        name: list(inspect.signature(value).parameters)
        for name, value in vars(_linocut).items()
        if inspect.isbuiltin(value)
    }
    assert told == there


def test_everything_public_is_documented_and_typed():
    assert (FOLDER / "py.typed").exists()
    for name in linocut.__all__:
        value = getattr(linocut, name)
        if inspect.isfunction(value) or (inspect.isclass(value) and value.__module__.startswith("linocut")):
            assert value.__doc__, name
        if inspect.isfunction(value):
            signature = inspect.signature(value)
            assert signature.return_annotation is not signature.empty, name
            assert all(p.annotation is not p.empty for p in signature.parameters.values()), name
