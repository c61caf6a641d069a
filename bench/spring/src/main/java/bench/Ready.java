// SPDX-License-Identifier: Apache-2.0
package bench;

import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The least service that answers a request. */
@SpringBootApplication
@RestController
public class Ready {
	public static void main(String[] args) {
		SpringApplication.run(Ready.class, args);
	}

	@GetMapping("/ready")
	public Map<String, String> ready() {
		return Map.of("status", "ready");
	}
}
