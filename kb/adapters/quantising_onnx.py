"""Makes the matrix products of an ONNX graph 8-bit, each row of activations on its own scale.

ONNX Runtime's own dynamic quantisation takes one scale for the whole batch, so that a text's vector depends on the texts
beside it (cosine .992 on average, .982 at worst). A scale for each row costs a fifth of the speed, makes the vector the
text's own again, and is nearer to the original than one scale is.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

STEPS = 127
"""Values are kept as -127 to 127 steps of their row's (activations) or column's (weights) own scale."""

LEAST = 1e-12
"""A row of zeros has a scale too."""


def quantise_products(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy in which each product with a constant matrix is computed in whole numbers; everything else stays as it is."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    graph = made.graph
    matrices = {one.name: one for one in graph.initializer if len(one.dims) == 2}
    nodes, quantised, replaced = [], set(), set()
    graph.initializer.extend(_constants())
    for node in graph.node:
        if node.op_type != "MatMul" or node.input[1] not in matrices:
            nodes.append(node)
            continue
        source, matrix = node.input
        if source not in quantised:  # queries, keys and values are made of the same rows
            nodes += _quantise_rows(source)
            quantised.add(source)
        if matrix not in replaced:
            graph.initializer.extend(_quantise_columns(matrix, numpy_helper.to_array(matrices[matrix])))
            replaced.add(matrix)
        nodes += _product(source, matrix, node.output[0])
    _put(graph.node, nodes)
    used = {name for node in nodes for name in node.input}
    _put(graph.initializer, [one for one in graph.initializer if one.name in used])
    made.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return made


def _put(field: Any, items: list[Any]) -> None:
    del field[:]
    field.extend(items)


def _constants() -> list[onnx.TensorProto]:
    values: dict[str, NDArray[np.generic] | np.generic] = {
        "int8_step": np.float32(1 / STEPS),
        "int8_least": np.float32(LEAST),
        "int8_last_axis": np.array([-1], dtype=np.int64),
        "int8_one": np.float32(1),
        "int8_middle": np.float32(128),
        "int8_zero": np.uint8(128),
    }
    return [numpy_helper.from_array(np.asarray(value), name) for name, value in values.items()]


def _quantise_rows(source: str) -> list[onnx.NodeProto]:
    """Unsigned with 128 as zero: the runtime's quick kernels take unsigned by signed; signed by signed was six times slower."""
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Abs", [source], "abs", {}),
        ("ReduceMax", [f"{source}_abs", "int8_last_axis"], "most", {"keepdims": 1}),
        ("Mul", [f"{source}_most", "int8_step"], "step", {}),
        ("Max", [f"{source}_step", "int8_least"], "scale", {}),
        ("Div", [source, f"{source}_scale"], "steps", {}),
        ("Round", [f"{source}_steps"], "whole", {}),
        ("Add", [f"{source}_whole", "int8_middle"], "shifted", {}),
        ("Cast", [f"{source}_shifted"], "int8", {"to": TensorProto.UINT8}),
    ]
    return [helper.make_node(kind, inputs, [f"{source}_{output}"], **more) for kind, inputs, output, more in steps]


def _quantise_columns(name: str, matrix: NDArray[np.float32]) -> list[onnx.TensorProto]:
    scale = np.maximum(np.abs(matrix).max(axis=0), LEAST) / STEPS
    whole = np.clip(np.round(matrix / scale), -STEPS, STEPS).astype(np.int8)
    return [
        numpy_helper.from_array(whole, f"{name}_int8"),
        numpy_helper.from_array(scale.astype(np.float32), f"{name}_scale"),
    ]


def _product(source: str, matrix: str, output: str) -> list[onnx.NodeProto]:
    inputs = [f"{source}_int8", f"{matrix}_int8", "int8_one", f"{matrix}_scale", "int8_zero"]
    return [
        helper.make_node("MatMulIntegerToFloat", inputs, [f"{output}_unscaled"], domain="com.microsoft"),
        helper.make_node("Mul", [f"{output}_unscaled", f"{source}_scale"], [output]),
    ]
