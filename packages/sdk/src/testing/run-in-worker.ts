/** Runs the behaviours in a Worker: surroundings as the request's body, outcomes as its answer. */
import { runBehaviours, type Surroundings } from "./behaviours.ts";

const worker = {
  fetch: async (request: Request): Promise<Response> =>
    Response.json(await runBehaviours((await request.json()) as Surroundings)),
};

// biome-ignore lint/style/noDefaultExport: the shape of a Worker
export default worker;
