/** Control bits of TCP (RFC 9293 §3.1), as they stand in the 14th octet of its header. */
export const FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32, ECE = 64, CWR = 128;
