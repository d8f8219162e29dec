// What the player's page needs once there is a seat, and not before: one part, fetched after the form.
// Nothing that the form shows may import it.
export { announce } from "../../state/announce.ts";
export { default } from "./Seated.svelte";
