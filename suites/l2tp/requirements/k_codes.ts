/** Group K: what the codes of §4.4.2 say. It was split off what makes a device end something. */
import { catalogue } from "../../kit/requirement.ts";
import { BOTH } from "./classes.ts";

/** L2TP-096. */
export const CODES = catalogue({
  // The RFC demands the end of session or tunnel (§4.1) and defines a code for its reason; that this
  // code must be used it does not say.
  "L2TP-096": {
    level: "SHOULD",
    binds: BOTH,
    source: "RFC 2661 §4.4.2",
    text:
      "What ends because of an unknown mandatory AVP ends with result 2 and error 8, the code for just that.",
  },
});
