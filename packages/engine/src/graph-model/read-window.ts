import { printable, unsupported } from "../errors.ts";
import type { AttributeReader, RawNode } from "./attributes.ts";
import type { Margins, WindowNode } from "./graph.ts";

const MAX_STRIDE = 16;
const MAX_MARGIN = 256;

/**
 * A convolution, or the gradient of one, from its attributes.
 *
 * @throws EngineError `unsupported_op` naming the attribute whose value is not computed
 */
export function readWindow(
  op: WindowNode["op"],
  node: RawNode,
  attributes: AttributeReader,
  inputs: readonly number[],
): WindowNode {
  attributes.type("T");
  attributes.ignore("use_cudnn_on_gpu");
  attributes.only("data_format", "NHWC");
  const dilations = attributes.integers("dilations") ?? [];
  if (dilations.some((dilation) => dilation !== 1)) {
    throw unsupported(node, `attribute "dilations" is [${dilations}]; only 1 is supported`);
  }
  const strides = attributes.integers("strides") ?? [];
  const [batch, stride, second, channels] = strides;
  const square = strides.length === 4 && batch === 1 && channels === 1 && stride === second;
  if (!square || stride! < 1 || stride! > MAX_STRIDE) {
    throw unsupported(
      node,
      `attribute "strides" is [${strides}]; it must be [1, n, n, 1] with n from 1 to ${MAX_STRIDE}`,
    );
  }
  return { op, name: node.name, inputs, stride: stride!, padding: readPadding(node, attributes) };
}

function readPadding(node: RawNode, attributes: AttributeReader): "SAME" | Margins {
  const padding = attributes.text("padding");
  const explicit = attributes.integers("explicit_paddings") ?? [];
  if (padding === "SAME") return "SAME";
  if (padding === "VALID") return { top: 0, bottom: 0, left: 0, right: 0 };
  if (padding !== "EXPLICIT") {
    throw unsupported(
      node,
      `attribute "padding" is ${printable(padding)}; VALID, SAME and EXPLICIT are supported`,
    );
  }
  const [, , top, bottom, left, right] = explicit;
  const outside = [explicit[0], explicit[1], explicit[6], explicit[7]];
  const inside = [top!, bottom!, left!, right!];
  const fits =
    explicit.length === 8 &&
    outside.every((pixels) => pixels === 0) &&
    inside.every((pixels) => pixels >= 0 && pixels <= MAX_MARGIN);
  if (!fits) {
    throw unsupported(
      node,
      `attribute "explicit_paddings" is [${explicit}]; it must be [0, 0, top, bottom, left, right, 0, 0] with 0 to ${MAX_MARGIN} pixels`,
    );
  }
  return { top: top!, bottom: bottom!, left: left!, right: right! };
}
