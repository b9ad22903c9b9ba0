"""Writes VGG-16 up to relu4_2 as a tfjs graph model that reads RGB from 0 to 255: a feature network for feature-gan.

pip install tensorflow, or tensorflow-cpu. The weights are Keras's copy of the authors', downloaded by Keras;
--random takes random ones, to try the conversion alone.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import tensorflow as tf
from google.protobuf.json_format import MessageToDict
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

# Means of the pictures VGG was trained on; its first layer reads blue, green, red.
MEANS = [123.68, 116.779, 103.939]


def features_of(layer: str, weights: str | None) -> tf.keras.Model:
    vgg = tf.keras.applications.VGG16(include_top=False, weights=weights, input_shape=(None, None, 3))
    first = vgg.get_layer("block1_conv1")
    kernel, bias = first.get_weights()
    first.set_weights([kernel[:, :, ::-1], bias])
    image = tf.keras.Input((None, None, 3))
    centred = tf.keras.layers.Rescaling(1.0, offset=[-mean for mean in MEANS])(image)
    return tf.keras.Model(image, tf.keras.Model(vgg.input, vgg.get_layer(layer).output)(centred))


def write_graph_model(model: tf.keras.Model, folder: Path) -> None:
    call = tf.function(lambda image: tf.identity(model(image, training=False), name="features"))
    shape = tf.TensorSpec([None, None, None, 3], tf.float32, name="image")
    frozen = convert_variables_to_constants_v2(call.get_concrete_function(shape)).graph.as_graph_def()
    manifest, values = [], []
    for node in frozen.node:
        if node.op != "Const":
            continue
        value = tf.make_ndarray(node.attr["value"].tensor)
        dtype = "int32" if value.dtype.kind == "i" else "float32"
        values.append(value.astype(dtype).tobytes())
        manifest.append({"name": node.name, "shape": list(value.shape), "dtype": dtype})
        del node.attr["value"]
    shard = "group1-shard1of1.bin"
    # What follows the layer only orders the function's own return.
    nodes = [node for node in MessageToDict(frozen)["node"] if node["name"] not in ("NoOp", "Identity")]
    topology = {"node": nodes, "library": {}, "versions": {}}
    document = {
        "format": "graph-model",
        "modelTopology": topology,
        "weightsManifest": [{"paths": [shard], "weights": manifest}],
    }
    folder.mkdir(parents=True)
    (folder / shard).write_bytes(b"".join(values))
    (folder / "model.json").write_text(json.dumps(document))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a new folder")
    parser.add_argument("--layer", default="block4_conv2", help="Keras's name of the layer (block4_conv2: relu4_2)")
    parser.add_argument("--random", action="store_true", help="random weights")
    parser.add_argument("--check", type=Path, help="gets the layer's answer (float32) to 32×32 pixels from 0 to 255")
    arguments = parser.parse_args()
    model = features_of(arguments.layer, None if arguments.random else "imagenet")
    write_graph_model(model, arguments.folder)
    if arguments.check:
        image = np.linspace(0, 255, 32 * 32 * 3, dtype=np.float32).reshape(1, 32, 32, 3)
        model(image).numpy().astype("<f4").tofile(arguments.check)


if __name__ == "__main__":
    main()
