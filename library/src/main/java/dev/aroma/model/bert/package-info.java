/**
 * Layer 2: BERT (Devlin et al. 2019) and RoBERTa (Liu et al. 2019), one family: the same blocks,
 * with other positions and another head.
 */
package dev.aroma.model.bert;
