import type { DatasetOptions } from './datasetOptions.ts';
import type { ShapeOptions } from './drawnShapes.ts';
import type { LengthOptions } from './lengthOptions.ts';
import type { TraceOptions } from './traceOptions.ts';

/** The lengths that options ask for, in words; those of a log may lack some. */
export function askedLengths(options: Partial<ShapeOptions & LengthOptions & DatasetOptions & TraceOptions>): string {
  const file = options.trace ?? options.dataset;
  if (file !== undefined) return `those of ${file}`;
  const { length_pairs: pairs, max_new_tokens: answers, prompt_length: prompts } = options;
  if (pairs !== undefined) return `pairs out of ${pairs}`;
  if (prompts === undefined || answers === undefined) return '';
  const most = `, at most ${Math.max(prompts, options.max_prompt_length ?? 0)}`;
  const ofPrompts = shapeWords(options.prompt_length_shape, prompts, options.prompt_length_var, most);
  const ofAnswers = shapeWords(options.max_new_tokens_shape, answers, options.max_new_tokens_var, '');
  return `prompts ${ofPrompts}; answers ${ofAnswers}`;
}

function shapeWords(shape: string | undefined, mean: number, share: number | undefined, most: string): string {
  if (shape === 'fixed' || share === undefined || share === 0) return `${mean}`;
  return `${shape ?? 'normal'}, mean ${mean}, sd ${Number((share * mean).toPrecision(4))}${most}`;
}
