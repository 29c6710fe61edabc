package parity;

/** What is sent as JSON. */
public record Order(String item, int quantity) {
}
