// Columns travel as one block of bytes: for each of them its name, type (f4, f8, i1, i2 or i4) and place.

const READERS = {
  f4: [Float32Array, 4, "getFloat32"],
  f8: [Float64Array, 8, "getFloat64"],
  i1: [Int8Array, 1, "getInt8"],
  i2: [Int16Array, 2, "getInt16"],
  i4: [Int32Array, 4, "getInt32"],
};

// bytes: a DataView, an ArrayBuffer or a view of one; spec: [name, type] of each column; n: rows
export function readColumns(bytes, spec, n) {
  const view = bytes instanceof DataView ? bytes : new DataView(bytes.buffer || bytes);
  const out = {};
  let from = 0;
  for (const [key, type] of spec) {
    const [Kind, width, get] = READERS[type];
    const column = new Kind(n);
    for (let i = 0; i < n; i++) column[i] = view[get](from + width * i, true);
    out[key] = column;
    from += width * n;
  }
  return out;
}
