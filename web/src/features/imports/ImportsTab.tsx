export function ImportsTab() { return <h1>ImportsTab</h1>; }
