package dev.aroma.model.bert;

import dev.aroma.io.JsonConfig;
import dev.aroma.model.ClassifierFamily;
import dev.aroma.model.SequenceClassifier;
import java.util.Set;

/** BERT and RoBERTa. XLM-RoBERTa and CamemBERT are RoBERTa with another vocabulary. */
public final class BertFamily implements ClassifierFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("bert", "roberta", "xlm-roberta", "camembert");
  }

  @Override
  public SequenceClassifier classifier(JsonConfig config, int labels, Double dropout) {
    BertConfig shape = BertConfig.of(config, dropout);
    return shape.roberta()
        ? new RobertaClassifier(shape, labels)
        : new BertClassifier(shape, labels);
  }
}
