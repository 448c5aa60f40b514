/** `nativeImage`: pictures in several densities. PNG only, kept as it is: nothing is drawn here. */
import { existsSync, readFileSync } from 'node:fs';
import { missing, refused, Strict, strict } from './strict.ts';

type Has =
  | ('addRepresentation' | 'getSize' | 'isEmpty' | 'toPNG' | 'setTemplateImage' | 'isTemplateImage')
  | ('getScaleFactors' | 'getAspectRatio' | 'toDataURL' | 'isMacTemplateImage');

/** The densities that a file may have siblings for, by a mark before its extension. */
const MARKS = [1, 1.25, 1.33, 1.4, 1.5, 1.8, 2, 2.5, 3, 4, 5];

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export class NativeImage extends Strict implements Pick<Electron.NativeImage, Has> {
  isMacTemplateImage = false;
  /** By density. */
  readonly #pictures = new Map<number, Buffer>();

  addRepresentation(options: Electron.AddRepresentationOptions): void {
    const { scaleFactor = 1, buffer, dataURL, ...size } = options;
    for (const name of Object.keys(size)) {
      if (name !== 'width' && name !== 'height') throw refused(`addRepresentation has no option '${name}'`);
    }
    const png = buffer ?? (dataURL === undefined ? undefined : fromDataUrl(dataURL));
    // As in Electron, which takes no notice of what it can't read.
    if (png && isPng(png)) this.#pictures.set(scaleFactor, Buffer.from(png));
  }

  isEmpty(): boolean {
    return this.#pictures.size === 0;
  }
  getScaleFactors(): number[] {
    return [...this.#pictures.keys()].sort((a, b) => a - b);
  }
  /** In points. */
  getSize(scaleFactor?: number): Electron.Size {
    const [scale, png] = this.#nearest(scaleFactor ?? this.getScaleFactors()[0] ?? 1);
    if (!png) return { width: 0, height: 0 };
    // The header is the first part of every PNG: length, name, width, height.
    return {
      width: Math.round(png.readUInt32BE(16) / scale),
      height: Math.round(png.readUInt32BE(20) / scale),
    };
  }
  getAspectRatio(scaleFactor?: number): number {
    const { width, height } = this.getSize(scaleFactor);
    return height === 0 ? 1 : width / height;
  }
  toPNG({ scaleFactor = 1 }: Electron.ToPNGOptions = {}): Buffer {
    return Buffer.from(this.#nearest(scaleFactor)[1] ?? Buffer.alloc(0));
  }
  toDataURL({ scaleFactor = 1 }: Electron.ToDataURLOptions = {}): string {
    return `data:image/png;base64,${this.toPNG({ scaleFactor }).toString('base64')}`;
  }
  setTemplateImage(isTemplate: boolean): void {
    this.isMacTemplateImage = isTemplate;
  }
  isTemplateImage(): boolean {
    return this.isMacTemplateImage;
  }

  #nearest(scaleFactor: number): [number, Buffer | undefined] {
    const factors = this.getScaleFactors();
    const scale = factors.find((each) => each >= scaleFactor) ?? factors.at(-1) ?? 1;
    return [scale, this.#pictures.get(scale)];
  }
}

function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= 24 && PNG.equals(bytes.subarray(0, PNG.length));
}

function fromDataUrl(url: string): Buffer {
  const [, base64] = /^data:image\/png;base64,(.*)$/s.exec(url) ?? [];
  if (base64 === undefined) throw missing('picture other than PNG');
  return Buffer.from(base64, 'base64');
}

function createFromPath(path: string): NativeImage {
  if (typeof path !== 'string') throw new TypeError('The path must be a string.');
  const image = new NativeImage();
  for (const scaleFactor of MARKS) {
    const sibling = scaleFactor === 1 ? path : path.replace(/(\.[^.]*)$/, `@${scaleFactor}x$1`);
    if (existsSync(sibling)) image.addRepresentation({ scaleFactor, buffer: readFileSync(sibling) });
  }
  if (/Template(@[\d.]+x)?\.[^.]*$/.test(path)) image.setTemplateImage(true);
  return image;
}

export const nativeImage = strict('nativeImage', {
  createEmpty: () => new NativeImage(),
  createFromPath,
  createFromBuffer: (buffer: Buffer, { scaleFactor = 1 }: Electron.CreateFromBufferOptions = {}) => {
    const image = new NativeImage();
    image.addRepresentation({ scaleFactor, buffer });
    return image;
  },
  createFromDataURL: (dataURL: string) => {
    const image = new NativeImage();
    image.addRepresentation({ dataURL });
    return image;
  },
});

/** A picture as Electron takes it, by itself or by its path. @throws when there is none at the path */
export function pictureOf(image: NativeImage | string): NativeImage {
  if (image instanceof NativeImage) return image;
  if (typeof image !== 'string') throw new TypeError('An image is a NativeImage or a path.');
  const found = createFromPath(image);
  if (found.isEmpty()) throw new Error(`Failed to load image from path '${image}'`);
  return found;
}
