/* Choosing a time: this computer's time zone stands in the field, and the list holds those the browser knows. */
for (const place of document.querySelectorAll<HTMLElement>("[data-planning]")) {
  const zone = place.querySelector<HTMLInputElement>("[name=time_zone]");
  const list = place.querySelector("datalist");
  if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  list?.replaceChildren(...["UTC", ...Intl.supportedValuesOf("timeZone")].map((name) => new Option(name, name)));
}
