/** The suites that the tests of this folder play with, for the processes that host peers. */
import { L2TP } from "../../suites/l2tp/mod.ts";

export const SUITES = { l2tp: L2TP };
