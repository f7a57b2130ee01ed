/** Line icons on a grid of 24, drawn for this page. They repeat what a text beside them says. */

const SHAPES = {
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM20 20l-4-4",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20c0-3.6 2.5-6 6-6s6 2.4 6 6M16 4.5a3.3 3.3 0 0 1 0 6M18 14.4c2 .8 3 2.8 3 5.6",
  calendar: "M5 6h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1ZM4 10.5h16M8.5 3.5V7M15.5 3.5V7",
  parcel: "M4 8l8-4 8 4v8.5l-8 4-8-4V8ZM4 8l8 4 8-4M12 12v8.5M8 6l8 4",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0V8ZM12 17v4",
  flow: "M4 6h4M4 12h4M4 18h4M16 6h4M16 18h4M8 6c6 0 2 12 8 12M8 18c6 0 2-12 8-12M8 12h12",
  flask: "M9 3.5h6M10 3.5V9l-5.2 9a1.6 1.6 0 0 0 1.4 2.5h11.6a1.6 1.6 0 0 0 1.4-2.5L14 9V3.5M7.5 15h9",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  mail: "M4.5 5.5h15a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1ZM4 7l8 6 8-6",
  card:
    "M4.5 5h15a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM9 12.2a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8ZM5.8 16c.3-1.6 1.5-2.4 3.2-2.4s2.9.8 3.2 2.4M15 9.5h3M15 13h3",
  word: "M6 3.5h8l4.5 4.5V19.5a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1ZM14 3.5V8h4.5M8.5 12h7M8.5 15.5h7",
  sheet:
    "M4.5 4.5h15a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1ZM3.5 9.5h17M3.5 14.5h17M9.5 4.5v15",
  slides: "M3.5 4.5h17v11h-17v-11ZM12 15.5v3M8 20.5l4-2 4 2M8 12V9.5M12 12V7.5M16 12v-1.5",
  task: "M5 4.5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1ZM8 12l3 3 5-6",
  close: "M6 6l12 12M18 6L6 18",
  back: "M11 5l-7 7 7 7M4 12h16",
  out: "M13 5h6v6M19 5l-9 9M18 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h4",
  down: "M6 9l6 6 6-6",
  next: "M9 6l6 6-6 6",
  previous: "M15 6l-6 6 6 6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 4l9 16H3l9-16ZM12 10v4.5M12 17.2v.1",
  away:
    "M3 5l18 14M5 12.5a10 10 0 0 1 4-2.4M2 9a14 14 0 0 1 4-2.6M12.5 6.5A14 14 0 0 1 22 9M15.5 10.5a10 10 0 0 1 3.5 2M9 16a4.5 4.5 0 0 1 6 0M12 19.5v.1",
  sun:
    "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  pause: "M8.5 5v14M15.5 5v14",
  play: "M7 5l12 7-12 7V5Z",
  redo: "M19 12a7 7 0 1 1-2.2-5.1M19.5 4v4h-4",
  upload: "M12 16V4.5M7 9l5-5 5 5M4.5 15v4a1 1 0 0 0 1 1h13a1 1 0 0 0 1-1v-4",
  key: "M8 11a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM11 12.2L20 4M16.5 7l2.5 2.5M14 9.3l1.6 1.6",
  pin:
    "M12 21c-4-4.6-6.5-8-6.5-11a6.5 6.5 0 0 1 13 0c0 3-2.5 6.4-6.5 11ZM12 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z",
  video: "M4 6.5h10a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1ZM15 10.5l6-3v9l-6-3",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}

/** Two arches of a mill's channel and the water under them. */
export function Mark() {
  return (
    <svg class="mark" width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 19V13a6 6 0 0 1 12 0v6M16 19v-6a6 6 0 0 1 12 0v6" />
      <path class="water" d="M3 25c3.2-2.6 5.4-2.6 8.6 0s5.5 2.6 8.7 0 5.5-2.6 8.7 0" />
    </svg>
  );
}
