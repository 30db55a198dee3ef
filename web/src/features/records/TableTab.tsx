export function TableTab() { return <h1>TableTab</h1>; }
