/** Version of the suite: it stands in every report, as verdicts may change from one to the next. */
export const VERSION = "0.1.0";
