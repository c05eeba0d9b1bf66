"""One word, one meaning: whoever reads a class's name anywhere knows which one it is."""

import ast
from collections import defaultdict

from tests.house.sources import ALL, tree


def test_a_class_name_stands_for_one_class() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in ALL:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path}:{node.lineno}")
    assert len(places) > 100, "this test would not see it"
    assert not {name: found for name, found in places.items() if len(found) > 1}
