"use strict";
// The table of requirements, drawn from the data beside it; text goes in as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const body = document.querySelector("#requirements tbody");
  const search = document.getElementById("search");
  const more = document.getElementById("more");
  const status = document.getElementById("shown");
  const STEP = 100;
  const rows = data.rows.map((row) => ({ row, text: row.flat(3).join("\u0000").toLowerCase() }));
  const chosen = new Set(data.verdicts);
  let matching = rows;
  let drawn = 0;

  const element = (name, text, kind) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };

  const cases = (list) => {
    const cell = element("td");
    cell.colSpan = 5;
    const items = element("ul", undefined, "cases");
    for (const [name, verdict, title, reason, code] of list.slice(0, 300)) {
      const item = element("li");
      item.append(element("span", verdict, `verdict v-${verdict.replace(" ", "-")}`), " ", element("code", name));
      item.append(` ${title}: ${reason}${code ? ` [${code}]` : ""}`);
      items.append(item);
    }
    if (list.length > 300) items.append(element("li", `and ${list.length - 300} more`));
    cell.append(items);
    const row = element("tr", undefined, "inside");
    row.append(cell);
    return row;
  };

  const line = ([name, verdict, documented, observed, list]) => {
    const row = element("tr");
    const head = element("th");
    head.scope = "row";
    const button = element("button", name, "open");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!open));
      if (open) row.nextSibling.remove();
      else row.after(cases(list));
    });
    head.append(button);
    const cell = element("td");
    cell.append(element("span", verdict, `verdict v-${verdict.replace(" ", "-")}`));
    row.append(head, cell, element("td", documented), element("td", observed), element("td", String(list.length)));
    return row;
  };

  const draw = (count) => {
    const fresh = document.createDocumentFragment();
    for (const { row } of matching.slice(drawn, drawn + count)) fresh.append(line(row));
    body.append(fresh);
    drawn = Math.min(matching.length, drawn + count);
    more.hidden = drawn >= matching.length;
    status.textContent = `${matching.length} of ${rows.length} requirements, ${drawn} shown`;
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    matching = rows.filter(({ row, text }) =>
      row[4].some((each) => chosen.has(each[1])) && words.every((word) => text.includes(word)));
    body.replaceChildren();
    drawn = 0;
    draw(STEP);
  };

  const present = new Set(data.rows.flatMap((row) => row[4].map((each) => each[1])));
  for (const verdict of data.verdicts.filter((each) => present.has(each))) {
    const label = element("label");
    const box = element("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(verdict);
      else chosen.delete(verdict);
      filter();
    });
    label.append(box, ` ${verdict}`);
    document.getElementById("verdicts").append(label);
  }
  document.querySelector(".tools").hidden = false;
  search.addEventListener("input", filter);
  more.addEventListener("click", () => draw(STEP));
  window.addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("#findings details")) each.open = true;
  });
  draw(STEP);
})();
