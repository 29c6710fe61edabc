package parity;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts one application for each variant it is given, each on a free port of its own, prints one line for each
 * ({@code PARITY <variant> <port>}), and ends when its input does.
 */
@SpringBootApplication
public class ParityApplication {

  public static void main(String[] variants) throws Exception {
    for (String variant : variants) {
      SpringApplication application = new SpringApplication(ParityApplication.class);
      application.setWebApplicationType(WebApplicationType.SERVLET);
      application.setLogStartupInfo(false);
      ConfigurableApplicationContext context = application.run(
          "--parity.variant=" + variant,
          "--server.address=127.0.0.1",
          "--server.port=0",
          "--spring.main.banner-mode=off",
          "--spring.jmx.enabled=false",
          "--logging.level.root=OFF");
      int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
      System.out.println("PARITY " + variant + " " + port);
    }
    System.out.println("PARITY READY");
    while (System.in.read() >= 0) {
      // Whoever started this closes the input to end it.
    }
    System.exit(0);
  }
}
