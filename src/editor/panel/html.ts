/** The panel's HTML: fixed text and addresses of our own files; nothing of the user's is ever put into it. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export function panelHtml(webview: vscode.Webview, root: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, name)).toString();
  const own = webview.cspSource;
  // Scripts and the style elements that the UI toolkit makes need the nonce, which the page reads from its
  // head; nothing but our own files is loaded.
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${own} 'nonce-${nonce}'`,
    `font-src ${own}`,
    `img-src ${own} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bulk Transcribe</title>
<link rel="stylesheet" href="${address('codicon.css')}">
<link rel="stylesheet" href="${address('panel.css')}">
</head>
<body>
<div id="root" data-toolkit="${address('toolkit.js')}"></div>
<script nonce="${nonce}" src="${address('panel.js')}"></script>
</body>
</html>`;
}
