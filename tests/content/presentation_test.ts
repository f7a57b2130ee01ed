/** PowerPoint presentations as their readers see them. */
import assert from "node:assert/strict";
import { presentationFile, shape } from "./office_files.ts";
import { sectionsOf } from "./outcomes.ts";

Deno.test("PowerPoint: a section for each slide in the order of the presentation, with title and notes", () => {
  const slides = [
    {
      shapes: shape(["Sub"], "subTitle") + shape(["Welcome"], "ctrTitle") + shape(["3"], "sldNum") +
        shape(["1 May"], "dt") + shape(["Confidential"], "ftr"),
      notes: shape(["Say hello", "twice"], "body") + shape(["1"], "sldNum"),
    },
    { shapes: shape(["Plan"], "title") + shape(["One", "Two"], "body") },
    { shapes: "" },
    { shapes: shape(["No title"]) },
  ];
  assert.deepEqual(sectionsOf(presentationFile(slides), "presentation"), [
    { heading: "Welcome", level: 1, place: "Slide 1", text: "Sub\nNotes: Say hello\ntwice" },
    { heading: "Plan", level: 1, place: "Slide 2", text: "One\nTwo" },
    { heading: "", level: 1, place: "Slide 4", text: "No title" },
  ]);
});

Deno.test("PowerPoint: groups, tables, diagrams, split runs and line breaks", () => {
  const cell = (text: string) => `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const table =
    `<p:graphicFrame><p:nvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><a:graphic><a:graphicData><a:tbl><a:tr>${
      cell("Name")
    }${cell("")}${cell("Sum")}</a:tr><a:tr>${cell("Ann")}${cell("x")}${
      cell("3")
    }</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
  const group = `<p:grpSp><p:nvGrpSpPr/><p:grpSp>${shape(["deep"])}</p:grpSp>${shape(["less deep"])}</p:grpSp>`;
  const runs =
    `<p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:pPr><a:tabLst><a:tab pos="1"/></a:tabLst></a:pPr><a:r><a:t>Ti</a:t></a:r><a:r><a:t>tle</a:t></a:r><a:br/><a:r><a:t>goes on</a:t></a:r></a:p></p:txBody></p:sp>`;
  const diagram =
    `<dgm:dataModel xmlns:dgm="d" xmlns:a="a"><dgm:pt><dgm:t><a:bodyPr/><a:p><a:r><a:t>Step one</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>`;
  const alternate = `<mc:AlternateContent xmlns:mc="mc"><mc:Choice>${shape(["once"])}</mc:Choice><mc:Fallback>${
    shape(["once"])
  }</mc:Fallback></mc:AlternateContent>`;
  assert.deepEqual(
    sectionsOf(presentationFile([{ shapes: runs + group + table + alternate, diagram }]), "presentation"),
    [{
      heading: "Title goes on",
      level: 1,
      place: "Slide 1",
      text: "deep\nless deep\nName\t\tSum\nAnn\tx\t3\nonce\nStep one",
    }],
  );
});
