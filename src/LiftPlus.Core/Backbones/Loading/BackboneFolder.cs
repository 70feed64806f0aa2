using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Backbones.Families;
using LiftPlus.Files;
using LiftPlus.Tokenization;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Backbones.Loading;

/// <summary>Writes a backbone as a folder, completely or not at all.</summary>
internal static class BackboneFolder
{
    public static void Write(Backbone backbone, string folder, TextTokenizer? tokenizer, WeightNaming naming) =>
        Write(backbone.state_dict(), Form(backbone.Config, naming), folder, tokenizer, naming);

    /// <summary>
    /// Writes the tensors of the backbone itself, without what is attached to it, under the first names that can express all of it.
    /// </summary>
    /// <exception cref="LiftPlusException">No naming can, or the folder cannot be written.</exception>
    public static void WriteWithoutAdapters(Backbone backbone, string folder)
    {
        WeightNaming naming = Enum.GetValues<WeightNaming>()
            .FirstOrDefault(naming =>
                BackboneFamilies.Find(backbone.Config)?.Find(naming, backbone.Config.Text is not null)?.Expresses(backbone.Config) == true
            );
        Dictionary<string, (long[], ScalarType)> own = ExpectedTensors.From(backbone.Config);
        var state = backbone.state_dict().Where(entry => own.ContainsKey(entry.Key)).ToDictionary();
        Write(state, Form(backbone.Config, naming), folder, backbone.Tokenizer, naming);
    }

    private static void Write(
        Dictionary<string, Tensor> state,
        BackboneForm form,
        string folder,
        TextTokenizer? tokenizer,
        WeightNaming naming
    )
    {
        KeyValuePair<string, Tensor>[] tensors = [.. form.Names.ToSource(Wanted(state, form.Config))];
        try
        {
            WholeFolder.Add(folder, temporary =>
            {
                WriteFiles(temporary, form, tensors, form.Config.Text is null ? [] : tokenizer?.Files ?? []);
                CheckDescription(temporary, form, naming);
            });
        }
        finally
        {
            foreach ((_, Tensor view) in tensors)
                view.Dispose();
        }
    }

    private static void WriteFiles(
        string folder,
        BackboneForm form,
        IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IEnumerable<string> vocabulary
    )
    {
        Safetensors.Write(Path.Combine(folder, form.Form.WeightFile), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        foreach ((string file, JsonObject description) in form.Descriptions)
            WholeFile.WriteText(
                Path.Combine(folder, file),
                description.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n"
            );
        foreach (string file in vocabulary)
            Disk.Current.CopyFile(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    /// <summary>Gets what is written of an architecture under the names of a library.</summary>
    public static BackboneForm Form(BackboneConfig config, WeightNaming naming)
    {
        PublishedForm form = BackboneFamilies.Find(config)?.Find(naming, hasText: config.Text is not null)
            ?? throw new LiftPlusException(
                $"{config.Name} cannot be written under {naming} names: Hugging Face's are for CLIP, SigLIP, DINO and plain "
                    + "vision transformers, OpenAI's for CLIP and other models with two towers, timm's for image towers. Choose another "
                    + "WeightNaming."
            );
        BackboneConfig written = form.HasText ? config : config.WithoutText();
        return new BackboneForm(form, written, form.Describe!(written));
    }

    // Without text and joint space, what belongs to them stays behind.
    private static Dictionary<string, Tensor> Wanted(Dictionary<string, Tensor> state, BackboneConfig config) =>
        config.Text is not null ? state : state.Where(entry => entry.Key.StartsWith("image.", StringComparison.Ordinal)).ToDictionary();

    // A naming cannot say everything: the description is read again, and must describe the same network. Only headers are read.
    private static void CheckDescription(string folder, BackboneForm form, WeightNaming naming)
    {
        BackboneFiles files = BackboneFiles.Find(folder);
        using WeightSource source = WeightFile.Open(files.Weights);
        BackboneConfig read = new BackboneDescription(source, form.Form, files, new BackboneLoadOptions()).Read();
        if (read with { Name = form.Config.Name } != form.Config)
        {
            throw new LiftPlusException(
                $"{form.Config.Name} cannot be written under {naming} names: they cannot say its {Difference(form.Config, read)}. "
                    + "Choose another WeightNaming."
            );
        }

        WeightLoader.Check(ExpectedTensors.From(read), source, form.Names);
    }

    private static string Difference(BackboneConfig wanted, BackboneConfig read) =>
        string.Join(
            " and ",
            new[]
            {
                (Name: "image tower", Wanted: (object?)wanted.Image, Read: (object?)read.Image),
                ("text tower", wanted.Text, read.Text),
                ("joint space", wanted.EmbedDimension, read.EmbedDimension),
                ("preprocessing", wanted.Preprocess, read.Preprocess),
            }
                .Where(part => !Equals(part.Wanted, part.Read))
                .Select(part => $"{part.Name} ({part.Wanted}, which would become {part.Read})")
        );
}
