using LiftPlus.Backbones.Loading;
using LiftPlus.Tokenization;

namespace LiftPlus;

public sealed partial class Backbone
{
    /// <summary>
    /// Writes the backbone as a folder that <see cref="Load"/> and the library of the naming read: weights in their current types,
    /// description and, with a tokenizer, vocab.json and merges.txt. A folder that does not exist yet appears only when it is complete.
    /// </summary>
    /// <param name="folder">The folder to create, or to replace these files in.</param>
    /// <param name="tokenizer">The vocabulary to write; null for the backbone's own, if it has one.</param>
    /// <param name="naming">The library whose names and description are written.</param>
    /// <exception cref="LiftPlusException">
    /// Adapters are attached, the naming cannot express the architecture, or the folder cannot be written.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The backbone is disposed.</exception>
    public void Save(string folder, TextTokenizer? tokenizer = null, WeightNaming naming = WeightNaming.HuggingFace)
    {
        using IDisposable use = Enter();
        BackboneFolder.Write(this, folder, tokenizer ?? Tokenizer, naming);
    }
}
