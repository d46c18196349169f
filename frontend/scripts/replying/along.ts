/* What a macro does with the ticket stands as ticked boxes below the reply, and goes with it; an unticked box stays, to be ticked again. */

export type Box = { value: string; name: string };

/** Of these a ticket can have one at a time: the last that came is ticked. */
const ONE_ONLY = ["team", "priority"];

export function addBoxes(text: HTMLTextAreaElement, boxes: Box[]): void {
  const place = text.form?.querySelector<HTMLFieldSetElement>("[data-along]");
  if (!place) return;
  for (const { value, name } of boxes) {
    const there = fieldsOf(place);
    const kind = kindOf(value);
    if (ONE_ONLY.includes(kind)) there.filter((field) => kindOf(field.value) === kind).forEach((field) => (field.checked = false));
    const same = there.find((field) => field.value === value);
    if (same) same.checked = true;
    else place.append(box(value, name));
  }
  place.hidden = !fieldsOf(place).length;
}

function box(value: string, name: string): HTMLElement {
  const label = document.createElement("label");
  const field = document.createElement("input");
  label.className = "along__act";
  Object.assign(field, { type: "checkbox", name: "along", value, checked: true });
  label.append(field, name);
  return label;
}

function fieldsOf(place: HTMLElement): HTMLInputElement[] {
  return [...place.querySelectorAll<HTMLInputElement>("[name=along]")];
}

function kindOf(value: string): string {
  return value.split(":")[0] ?? "";
}
