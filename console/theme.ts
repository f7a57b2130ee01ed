/** Light, dark, or as the system is. */
import { signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = typeof THEMES[number];

const STORED_AS = "millrace.theme";

export const theme = signal<Theme>(THEMES.find((name) => name === localStorage.getItem(STORED_AS)) ?? "system");

/** Whether the page is dark at the moment, for what draws by itself. */
export function isDark(): boolean {
  return theme.value === "dark" || (theme.value === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
}

export function applyTheme(): void {
  document.documentElement.dataset["theme"] = theme.value;
}

export function chooseTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(STORED_AS, next);
  applyTheme();
}
