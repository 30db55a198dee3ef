export function ApiTab() { return <h1>ApiTab</h1>; }
