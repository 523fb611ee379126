import { createRequire } from 'node:module';
import { messageOf, SpeedometerError } from '../../core/errors.ts';

const sharpness = 2;

/**
 * A picture as PNG, at twice its size in pixels. The face comes along: a server may have none.
 * @throws SpeedometerError `usage` where the optional packages that draw it are not installed
 */
export async function renderPng(svg: string): Promise<Uint8Array> {
  try {
    const { Resvg } = await import('@resvg/resvg-js');
    const require = createRequire(import.meta.url);
    const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
      require.resolve(`dejavu-fonts-ttf/ttf/${name}`),
    );
    const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' };
    return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: sharpness } }).render().asPng();
  } catch (cause) {
    throw new SpeedometerError('usage', `--format png: the picture cannot be drawn: ${messageOf(cause)}`, {
      hint: 'It needs the optional packages @resvg/resvg-js and dejavu-fonts-ttf. --format svg needs none.',
      cause,
    });
  }
}
