package parity;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.stereotype.Controller;

@Controller
class MappingController {

  @MessageMapping("/echo")
  String echo(String text) {
    return text;
  }

  @MessageMapping({"/first", "/second"})
  String either() {
    return "either";
  }

  @MessageMapping("no-slash")
  String noSlash() {
    return "no slash";
  }

  @MessageMapping("/specific/exact")
  String exact() {
    return "exact";
  }

  @MessageMapping("/specific/exac?")
  String oneCharacter() {
    return "one character";
  }

  @MessageMapping("/specific/ex*")
  String prefix() {
    return "prefix";
  }

  @MessageMapping("/specific/{name}")
  String variable(@DestinationVariable("name") String name) {
    return "variable " + name;
  }

  @MessageMapping("/specific/**")
  String anything() {
    return "anything";
  }

  @MessageMapping("/parts/{left}-{right}")
  String parts(@DestinationVariable("left") String left, @DestinationVariable("right") String right) {
    return left + "|" + right;
  }

  @MessageMapping("/digits/{number:[0-9]+}")
  String digits(@DestinationVariable("number") String number) {
    return "digits " + number;
  }

  @MessageMapping("/star/*/end")
  String star() {
    return "star";
  }

  @MessageMapping("/two/{first}/and/{second}")
  String two(@DestinationVariable("first") String first, @DestinationVariable("second") String second) {
    return first + "|" + second;
  }

  @MessageMapping("/rank/**")
  String anyRank() {
    return "any rank";
  }

  @MessageMapping("/rank/deep/**")
  String deepRank() {
    return "deep rank";
  }

  @MessageMapping("/rank/{left}-{right}")
  String twoVariables() {
    return "two variables";
  }

  @MessageMapping("/rank/x*")
  String oneStar() {
    return "one star";
  }

  @MessageMapping("/rank/only/{name}")
  String rankVariable() {
    return "a variable";
  }

  @MessageMapping("/rank/only/*")
  String rankStar() {
    return "a star";
  }
}
