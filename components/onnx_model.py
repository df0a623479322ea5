"""Changes the encoder's ONNX model: it calculates with the 8-bit integers it is stored in, and shows inner layers.

Integers are twice as fast. The file keeps each weight as int8 with one scale per column and turns them into floats
before use. Here each such multiplication becomes the standard's integer one: the row is quantised while the model runs
(DynamicQuantizeLinear), multiplied (MatMulInteger) and scaled back. Looked-up rows (embeddings) are scaled after the
look-up, so that the table stays small in memory. Inner layers are computed anyway and only have to be given out. Only
the few fields of ONNX's format that this needs are declared below; protobuf keeps all others as they are. Source: the
ONNX operator specification, opset 11 and later.
"""

from __future__ import annotations

from typing import Any, Iterator, Sequence

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FLOAT, INT = 1, 2  # ONNX: TensorProto.FLOAT; AttributeProto.INT
_LABELS = {"": 1, "*": 3}  # optional, repeated
_TYPES = {"int64": 3, "int32": 5, "string": 9, "bytes": 12}
_FIELDS = {
    "Model": "graph Graph 7",
    "Graph": "node Node* 1, initializer Tensor* 5, output Value* 12",
    "Node": "input string* 1, output string* 2, name string 3, op_type string 4, attribute Attribute* 5",
    "Attribute": "name string 1, i int64 3, type int32 20",
    "Value": "name string 1, type Type 2",
    "Type": "tensor_type TensorType 1",
    "TensorType": "elem_type int32 1",
    "Tensor": "dims int64* 1, data_type int32 2, name string 8, raw_data bytes 9",
}


def _message_classes() -> dict[str, Any]:
    """A class for each entry of _FIELDS, with the field numbers of ONNX."""
    file = descriptor_pb2.FileDescriptorProto(name="onnx_model.proto", package="onnx_model", syntax="proto2")
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        for field, kind, number in (one.split() for one in fields.split(", ")):
            added = message.field.add(name=field, number=int(number), label=_LABELS["*" if kind[-1] == "*" else ""])
            kind = kind.rstrip("*")
            if kind in _TYPES:
                added.type = _TYPES[kind]
            else:
                added.type, added.type_name = 11, f".onnx_model.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = (pool.FindMessageTypeByName(f"onnx_model.{name}") for name in _FIELDS)
    return {one.name: message_factory.GetMessageClass(one) for one in found}


_CLASSES = _message_classes()


def with_inner_layers(model: bytes, layers: Sequence[int]) -> bytes:
    """The ONNX model with the token vectors of these layers (1 is the first) as outputs after its own.

    Raises ValueError if the model has fewer layers. In BERT a layer ends with its second normalisation.
    """
    parsed = _CLASSES["Model"].FromString(model)
    ends = [node.output[0] for node in parsed.graph.node if node.op_type == "LayerNormalization"][2::2]
    for layer in layers:
        if not 1 <= layer <= len(ends):
            raise ValueError(f"the encoder has {len(ends)} layers, and no layer {layer}")
        shown = parsed.graph.output.add(name=ends[layer - 1])
        shown.type.tensor_type.elem_type = FLOAT
    return bytes(parsed.SerializeToString())


def with_integers(model: bytes) -> bytes:
    """The ONNX model with integer multiplications where its weights are int8; others stay as they are."""
    parsed = _CLASSES["Model"].FromString(model)
    graph = parsed.graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    cast = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Cast" and node.input[0] in tensors}
    stored = {
        node.output[0]: (cast[node.input[0]], node.input[1])
        for node in graph.node
        if node.op_type == "Mul" and node.input[0] in cast and node.input[1] in tensors
    }
    nodes = list(graph.node)
    del graph.node[:]
    quantised: set[str] = set()
    for node in nodes:
        if node.op_type == "MatMul" and node.input[1] in stored:
            weights, scale = stored[node.input[1]]
            tensors[scale].dims[:] = tensors[scale].dims[-1:]
            graph.node.extend(_multiplication(node, weights, scale, quantised))
        elif node.op_type == "Gather" and node.input[0] in stored:
            graph.node.extend(_look_up(node, *stored[node.input[0]]))
        else:
            graph.node.append(node)
    return bytes(parsed.SerializeToString())


def _multiplication(node: Any, weights: str, scale: str, quantised: set[str]) -> Iterator[Any]:
    rows, out = node.input[0], node.output[0]
    if rows not in quantised:  # query, key and value share theirs
        quantised.add(rows)
        yield _node("DynamicQuantizeLinear", [rows], [f"{rows}_u8", f"{rows}_scale", f"{rows}_zero"])
    yield _node("MatMulInteger", [f"{rows}_u8", weights, f"{rows}_zero"], [f"{out}_i32"])
    yield _node("Cast", [f"{out}_i32"], [f"{out}_f32"], to=FLOAT)
    yield _node("Mul", [f"{rows}_scale", scale], [f"{out}_scales"])
    yield _node("Mul", [f"{out}_f32", f"{out}_scales"], [out])


def _look_up(node: Any, table: str, scale: str) -> Iterator[Any]:
    places, out = node.input[1], node.output[0]
    yield _node("Gather", [table, places], [f"{out}_i8"])
    yield _node("Cast", [f"{out}_i8"], [f"{out}_f32"], to=FLOAT)
    yield _node("Gather", [scale, places], [f"{out}_scales"])
    yield _node("Mul", [f"{out}_f32", f"{out}_scales"], [out])


def _node(op_type: str, inputs: list[str], outputs: list[str], **attributes: int) -> Any:
    made = _CLASSES["Node"](op_type=op_type, input=inputs, output=outputs, name=f"integer_{outputs[0]}")
    for name, value in attributes.items():
        made.attribute.add(name=name, i=value, type=INT)
    return made
