/**
 * WGSL function `name(base, column)` that reads four neighbours of a row-major matrix: the elements `base + column …` of
 * `array`, zero from column `columns` on. Rows of whole quads are read in one go, so such an array has to be bound wide.
 */
export function readQuad(name: string, array: string, columns: string, wide: boolean): string {
  const body = wide
    ? `if (column < ${columns}) { values = ${array}[(base + column) / 4]; }`
    : `for (var i = 0; i < 4; i++) {
    if (column + i < ${columns}) { values[i] = ${array}[base + column + i]; }
  }`;
  return `
fn ${name}(base : i32, column : i32) -> vec4<f32> {
  var values = vec4<f32>(0.0);
  ${body}
  return values;
}
`;
}

/** WGSL function `name(base, column, values)` that writes the four neighbours that lie before column `columns`. */
export function writeQuad(name: string, columns: string): string {
  return `
fn ${name}(base : i32, column : i32, values : vec4<f32>) {
  for (var i = 0; i < 4; i++) {
    if (column + i < ${columns}) { result[base + column + i] = values[i]; }
  }
}
`;
}
