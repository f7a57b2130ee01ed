/** The way of the data as a picture: what moves on each arrow, and what waits at its end. */
import { compact, duration } from "../format.ts";
import { rate, rateText, type Sample } from "./rates.ts";
import { SERVICES } from "./services.ts";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const WIDTH = 1000;
const HEIGHT = 452;
const TOPIC = { x: 470, w: 168, h: 42, gap: 12, top: 62 } as const;
const SERVICE = { x: 776, w: 222, h: 78, gap: 19, top: 62 } as const;
const SOURCES = ["microsoft", "google", "gmail"] as const;
const SOURCE_NAMES: Readonly<Record<string, string>> = {
  microsoft: "Microsoft Graph",
  google: "Google",
  gmail: "Gmail",
};
const EVENT_TOPICS_MAX = 7;

const topicBox = (index: number): Box => ({ ...TOPIC, y: TOPIC.top + index * (TOPIC.h + TOPIC.gap) });
const serviceBox = (index: number): Box => ({ ...SERVICE, y: SERVICE.top + index * (SERVICE.h + SERVICE.gap) });
const sourceBox = (index: number): Box => ({ x: 2, y: 120 + index * 92, w: 132, h: 56 });
const OFFICE: Box = { x: 232, y: 190, w: 150, h: 100 };
const DEAD: Box = { x: 232, y: 390, w: 150, h: 56 };

/** From the right side of one box to the left side of another. */
function arrow(from: Box, to: Box): string {
  const [x1, y1, x2, y2] = [from.x + from.w, from.y + from.h / 2, to.x - 5, to.y + to.h / 2];
  const bend = (x2 - x1) / 2;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** How fast an arrow's dashes move: three steps are enough to tell idle, moving and busy. */
function pace(value: number | null): string {
  if (value === null || value === 0) return "still";
  return value < 5 ? "slow" : "fast";
}

function Arrow({ from, to, value }: { readonly from: Box; readonly to: Box; readonly value: number | null }) {
  return <path class={`arrow ${pace(value)}`} d={arrow(from, to)} />;
}

interface NodeProps {
  readonly box: Box;
  readonly title: string;
  readonly lines: readonly string[];
  readonly kind?: string;
}

function Node({ box, title, lines, kind = "" }: NodeProps) {
  const { x, y, w, h } = box;
  const top = y + (h - (lines.length + 1) * 17) / 2 + 13;
  return (
    <g class={`node ${kind}`}>
      <rect x={x} y={y} width={w} height={h} rx="10" />
      <text x={x + 13} y={top} class="node-title">{title}</text>
      {lines.map((line, index) => <text key={index} x={x + 13} y={top + 18 * (index + 1)}>{line}</text>)}
    </g>
  );
}

export function FlowPicture({ history }: { readonly history: readonly Sample[] }) {
  const now = history.at(-1);
  if (now === undefined) return null;
  const topics = now.topics.slice(0, EVENT_TOPICS_MAX);
  const published = (topic: string) =>
    rate(history, (sample) => sample.topics.find((one) => one.topic === topic)?.published ?? 0);
  const accepted = (source: string) =>
    rate(history, (sample) => sample.webhooks.find((one) => one.source === source)?.accepted ?? 0);
  const acked = (name: string) =>
    rate(history, (sample) => sample.subscriptions.find((one) => one.name === name)?.acked ?? 0);
  const reads = rate(history, (sample) => sample.providers.reduce((sum, { requests }) => sum + requests, 0));
  const rounds = acked("office-provider-changes");
  const letters = now.dead_letters.set_aside;
  return (
    <figure class="flow-picture">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label="From the providers through office and the topics to the services"
      >
        <g class="column-titles">
          {[[2, "Notifications"], [OFFICE.x, "Reads and normalises"], [TOPIC.x, "Topics"], [SERVICE.x, "Services"]].map(
            ([x, title]) => <text key={title} x={x} y="34">{title}</text>,
          )}
        </g>
        {SOURCES.map((source, index) => (
          <Arrow key={source} from={sourceBox(index)} to={OFFICE} value={accepted(source)} />
        ))}
        {topics.map(({ topic }, index) => (
          <Arrow key={topic} from={OFFICE} to={topicBox(index)} value={published(topic)} />
        ))}
        {SERVICES.map(({ service }, place) =>
          now.subscriptions.filter((one) => one.service === service).map(({ name, topic }) => {
            const index = topics.findIndex((one) => one.topic === topic);
            return index < 0
              ? null
              : <Arrow key={name} from={topicBox(index)} to={serviceBox(place)} value={acked(name)} />;
          })
        )}
        {SOURCES.map((source, index) => (
          <Node
            key={source}
            box={sourceBox(index)}
            title={SOURCE_NAMES[source] ?? source}
            lines={[rateText(accepted(source))]}
          />
        ))}
        <Node
          box={OFFICE}
          title="Office"
          kind="main"
          lines={[`${rateText(rounds)} rounds`, `${rateText(reads)} reads`]}
        />
        {topics.map(({ topic }, index) => (
          <TopicNode key={topic} box={topicBox(index)} topic={topic} value={published(topic)} />
        ))}
        {SERVICES.map(({ service, title }, place) => (
          <ServiceNode key={service} box={serviceBox(place)} title={title} service={service} history={history} />
        ))}
        <Node
          box={DEAD}
          title="Dead letters"
          kind={letters > 0 ? "warn" : ""}
          lines={[`${compact(letters)} set aside`]}
        />
      </svg>
    </figure>
  );
}

function TopicNode(
  { box, topic, value }: { readonly box: Box; readonly topic: string; readonly value: number | null },
) {
  const { x, y, w, h } = box;
  return (
    <g class="node">
      <rect x={x} y={y} width={w} height={h} rx="10" />
      <text x={x + 13} y={y + h / 2 + 5} class="node-title">{topic.replaceAll("_documents", "")}</text>
      <text x={x + w - 13} y={y + h / 2 + 5} text-anchor="end">{rateText(value)}</text>
    </g>
  );
}

interface ServiceProps {
  readonly box: Box;
  readonly title: string;
  readonly service: Sample["subscriptions"][number]["service"];
  readonly history: readonly Sample[];
}

function ServiceNode({ box, title, service, history }: ServiceProps) {
  const own = (history.at(-1)?.subscriptions ?? []).filter((one) => one.service === service);
  const handled = rate(
    history,
    (sample) => sample.subscriptions.reduce((sum, one) => one.service === service ? sum + one.acked : sum, 0),
  );
  const backlog = own.reduce((sum, one) => sum + (one.backlog ?? 0), 0);
  const oldest = Math.max(0, ...own.map((one) => one.oldest_unacked_seconds ?? 0));
  const waits = backlog === 0 ? "nothing waits" : `${compact(backlog)} wait, oldest ${duration(oldest * 1_000)}`;
  return (
    <Node box={box} title={title} kind={oldest > 60 ? "warn" : ""} lines={[`${rateText(handled)} handled`, waits]} />
  );
}
