package dev.aroma.cli;

import dev.aroma.recipe.Export;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of an export format, as {@code --to} takes it. */
final class FormatName implements ITypeConverter<Export.Format> {
  @Override
  public Export.Format convert(String text) {
    return Arrays.stream(Export.Format.values())
        .filter(format -> format.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of %s, found '%s'"
                        .formatted(Arrays.toString(Export.Format.values()), text)));
  }
}
