import { escapeMarkup } from '../charts/svg.ts';
import { plainText } from '../plainText.ts';
import { pageScript } from './pageScript.ts';
import { pageStyle } from './pageStyle.ts';

const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** A whole page that needs nothing else: style, script, and what is said of a part when it is asked. @param body markup */
export function renderShell(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeMarkup(plainText(title))}</title>
<style>${pageStyle}</style>
</head>
<body>
${body}
<div id="tip" role="tooltip" hidden=""></div>
<script>${pageScript}</script>
</body>
</html>
`;
}
