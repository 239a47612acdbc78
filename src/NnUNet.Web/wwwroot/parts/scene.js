// Volumes drawn by NiiVue: three planes and 3D. Knows nothing of addresses: it is given bytes.
import { element } from "./dom.js";

const LIBRARY = "/lib/niivue/index.js";
export const layers = ["reference", "prediction", "difference"];

/** A scene in a host element; an error says why volumes cannot be drawn here. */
export async function openScene(host) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const gl = canvas.getContext("webgl2");
  if (!gl) throw new Error("this browser has no WebGL2");
  const largest = gl.getParameter(gl.MAX_3D_TEXTURE_SIZE);
  const niivue = await import(LIBRARY).catch(() => { throw new Error("NiiVue does not come along with this program"); });
  host.replaceChildren(canvas);
  const nv = new niivue.Niivue({
    logLevel: "error", dragAndDropEnabled: false, backColor: [0, 0, 0, 1], show3Dcrosshair: true, isOrientCube: false, crosshairWidth: 1,
    isNearestInterpolation: true, isRadiologicalConvention: true, multiplanarShowRender: niivue.SHOW_RENDER.ALWAYS, loadingText: "",
  });
  await nv.attachToCanvas(canvas);
  return new Scene(niivue, nv, gl, largest);
}

class Scene {
  constructor(niivue, nv, gl, largest) {
    Object.assign(this, { niivue, nv, gl, largest, tables: {}, shown: {}, onLocation: () => {} });
    nv.onLocationChange = place => this.onLocation(this.#told(place));
  }

  get views() { return ["All planes and 3D", "Axial", "Coronal", "Sagittal", "3D"]; }

  setView(index) {
    const types = this.niivue.SLICE_TYPE;
    this.nv.setSliceType([types.MULTIPLANAR, types.AXIAL, types.CORONAL, types.SAGITTAL, types.RENDER][index]);
  }

  /** Whether a volume of these edges fits into the graphics memory's textures. */
  fits(extent) { return Math.max(...extent) <= this.largest; }

  async setImage(bytes) {
    for (const volume of [...this.nv.volumes]) this.nv.removeVolume(volume);
    this.shown = {};
    this.nv.addVolume(await this.#volume(bytes, "image", "gray", 1));
    const [, ...edges] = this.nv.volumes[0].dimsRAS;
    this.nv.setCrosshairWidth(Math.max(...edges) / 300); // in voxels: the same share of small and large images
  }

  /** Adds or replaces a layer of labels. `table` has { value, color, opacity } of each. */
  async setLabels(layer, bytes, table, opacity) {
    this.removeLabels(layer);
    const labels = readLabels(bytes);
    const volume = await this.#volume(labels.painted, layer, "gray", opacity);
    volume.labels = labels.values;
    this.shown[layer] = volume;
    this.setTable(layer, table);
    this.nv.addVolume(volume);
  }

  removeLabels(layer) {
    if (this.shown[layer]) this.nv.removeVolume(this.shown[layer]);
    delete this.shown[layer];
  }

  /**
   * Colours of a layer. NiiVue's tables of labels know only clear and full colours, so that its voxels are painted here, each with its
   * label's colour and opacity.
   */
  setTable(layer, table) {
    const volume = this.shown[layer];
    if (!volume) return;
    const colours = new Map(table.map(({ value, color, opacity }) => [value, packed(color, opacity)]));
    const pixels = new Uint32Array(volume.img.buffer, volume.img.byteOffset, volume.labels.length);
    let last = 0, colour = 0;
    volume.labels.forEach((value, i) => {
      if (value !== last) [last, colour] = [value, value > 0 ? colours.get(value) ?? 0 : 0];
      pixels[i] = colour;
    });
  }

  setOpacity(layer, opacity) {
    const index = this.nv.volumes.indexOf(this.shown[layer]);
    if (index > 0) this.nv.setOpacity(index, opacity);
  }

  tell() { this.nv.createOnLocationChange(); }

  redraw() { this.nv.updateGLVolume(); }

  get range() {
    const image = this.nv.volumes[0];
    return { low: image.cal_min, high: image.cal_max, minimum: image.global_min, maximum: image.global_max };
  }

  setWindow(low, high) {
    const image = this.nv.volumes[0];
    [image.cal_min, image.cal_max] = [low, high];
    this.nv.updateGLVolume();
  }

  /** Moves the crosshair in voxels: to the left, to the front, to the head. */
  move(left, front, head) { this.nv.moveCrosshairInVox(-left, front, head); }

  /** Puts the crosshair where most of a label lies, so that something is seen. */
  goTo(layer) {
    const volume = this.shown[layer], found = volume && fullestVoxel(volume);
    if (!found) return;
    this.nv.scene.crosshairPos = this.nv.mm2frac(volume.vox2mm(found, volume.matRAS));
    this.nv.drawScene();
    this.nv.createOnLocationChange();
  }

  close() {
    this.nv.cleanup();
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  async #volume(bytes, name, colormap, opacity) {
    return this.niivue.NVImage.new(bytes, `${name}.nii`, colormap, opacity, null, NaN, NaN, true, 0.02, false, false, "", 0, undefined, NaN, NaN, true, null, 0, null);
  }

  #told(place) {
    const values = {};
    place.values?.forEach((one, index) => {
      const volume = this.nv.volumes[index];
      if (volume) values[one.name.replace(/\.nii$/, "")] = volume.labels ? labelAt(volume, one.vox) : one.value;
    });
    return { mm: Array.from(place.mm ?? []).slice(0, 3), voxel: Array.from(place.vox ?? []).slice(0, 3), values };
  }
}

/** A NIfTI of whole numbers, as the program writes it, and one of the same grid for colours. */
function readLabels(bytes) {
  const view = new DataView(bytes), second = view.getInt32(0, true) === 540;
  const [kind, bits] = second ? [12, 14] : [70, 72];
  const start = second ? Number(view.getBigInt64(168, true)) : view.getFloat32(108, true);
  const values = view.getInt16(kind, true) === 2 ? new Uint8Array(bytes, start) : new Int16Array(bytes.slice(start));
  const painted = new ArrayBuffer(start + 4 * values.length);
  new Uint8Array(painted).set(new Uint8Array(bytes, 0, start));
  const colours = new DataView(painted);
  colours.setInt16(kind, 2304, true); // RGBA
  colours.setInt16(bits, 32, true);
  return { values, painted };
}

/** A colour in the order of bytes that all browsers' machines have. */
function packed(color, opacity) {
  const part = at => parseInt(color.slice(at, at + 2), 16);
  return (part(1) | part(3) << 8 | part(5) << 16 | Math.round(255 * opacity) << 24) >>> 0;
}

/** Where a voxel in the order of the patient's axes lies in the file. */
function indexOf({ img2RASstart: start, img2RASstep: step }, [x, y, z]) {
  return start[0] + start[1] + start[2] + x * step[0] + y * step[1] + z * step[2];
}

function labelAt(volume, voxel) {
  const [, ...edges] = volume.dimsRAS, at = Array.from(voxel).slice(0, 3).map(Math.round);
  return at.every((v, axis) => v >= 0 && v < edges[axis]) ? volume.labels[indexOf(volume, at)] : 0;
}

/** The foreground voxel (in the order of the patient's axes) nearest to the middle of the slice with most of it; null where there is none. */
function fullestVoxel(volume) {
  const [, nx, ny, nz] = volume.dimsRAS;
  const each = (z, take) => {
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) if (volume.labels[indexOf(volume, [x, y, z])] > 0) take(x, y);
  };
  let best = 0, at = -1;
  for (let z = 0; z < nz; z++) {
    let count = 0;
    each(z, () => count++);
    if (count > best) [best, at] = [count, z];
  }
  if (at < 0) return null;
  // The middle itself may be empty.
  let sumX = 0, sumY = 0, nearest = Infinity, found = null;
  each(at, (x, y) => { sumX += x; sumY += y; });
  each(at, (x, y) => {
    const distance = (x - sumX / best) ** 2 + (y - sumY / best) ** 2;
    if (distance < nearest) [nearest, found] = [distance, [x, y, at]];
  });
  return found;
}
