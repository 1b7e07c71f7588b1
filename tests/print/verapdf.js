// veraPDF's own rules: which fail, as tab-separated lines “file, flavour, clause, place”, and a line
// “file, flavour, kept or broken, how many checks” for each file, so that a file that was not checked is missed.
// Run in Rhino, which veraPDF brings and which knows no newer language. Arguments: flavours (ua1,2a), then files.
var V = Packages.org.verapdf;
V.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var foundry = V.pdfa.Foundries.defaultInstance();

function check(file, name) {
  var flavour = V.pdfa.flavours.PDFAFlavour.fromString(name);
  var parser = foundry.createParser(new java.io.FileInputStream(file), flavour);
  var result = foundry.createValidator(flavour, false).validate(parser);
  for (var each = result.getTestAssertions().iterator(); each.hasNext(); ) {
    var found = each.next(), rule = found.getRuleId();
    print([file, name, rule.getClause() + "-" + rule.getTestNumber(), found.getLocation().getContext()].join("\t"));
  }
  print([file, name, result.isCompliant() ? "kept" : "broken", result.getTotalAssertions()].join("\t"));
  parser.close();
}

for (var n = 1, flavours = String(arguments[0]).split(","); n < arguments.length; n++) {
  for (var each = 0; each < flavours.length; each++) check(arguments[n], flavours[each]);
}
