export function usedCodicons(font: Buffer, css: string, page: string): { font: Buffer; css: string };
