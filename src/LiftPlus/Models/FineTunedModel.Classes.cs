using LiftPlus.Classifiers;
using LiftPlus.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

public sealed partial class FineTunedModel
{
    private readonly Lock _changes = new(); // one change of the classes at a time
    private readonly ClassWords _words = new();

    /// <summary>
    /// Adds a class without training. It gets the next label. The logits of the other classes stay the same, bit for bit on the CPU.
    /// </summary>
    /// <remarks>
    /// The weights of the class start at the direction of its words, moved as training moved the other classes, and turn towards the mean
    /// feature of its images as far as the class needs to be chosen on them. Predictions may run meanwhile: each of them knows the classes
    /// from before the change or from after it.
    /// </remarks>
    /// <param name="name">The name. It must differ from the names of the other classes ('_' equals ' ').</param>
    /// <param name="images">Images of the class; null to recognise it by words alone.</param>
    /// <param name="description">
    /// Words about the class for the text encoder; null for its name in the recipe's templates. A name counts only if the names of the
    /// other classes did when the classifier was initialised.
    /// </param>
    /// <param name="cancellationToken">Stops between batches of images; the model stays as it is.</param>
    /// <exception cref="LiftPlusException">
    /// The name is taken, an image cannot be read, there are neither images nor words that the backbone can read, or the classifier does
    /// not have one row of weights for each class. The model stays as it is.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void AddClass(
        string name,
        IEnumerable<ImageSource>? images = null,
        string? description = null,
        CancellationToken cancellationToken = default
    )
    {
        NewClass added = new()
        {
            Name = name,
            Images = images ?? [],
            Description = description,
        };
        Insert(null, [added], cancellationToken);
    }

    /// <summary>
    /// Removes a class. The labels of later classes decrease by one. The logits of the other classes stay the same, bit for bit on the CPU.
    /// </summary>
    /// <param name="name">The name of the class.</param>
    /// <exception cref="LiftPlusException">
    /// There is no such class, or no other one, or the classifier does not have one row of weights for each class. The model stays as it
    /// is.
    /// </exception>
    public void RemoveClass(string name) => Change(rows => rows.Remove(name));

    /// <summary>Gives a class another name. Nothing else changes: the classifier is not initialised again.</summary>
    /// <param name="name">The name of the class.</param>
    /// <param name="newName">The new name. It must differ from the names of the other classes.</param>
    /// <exception cref="LiftPlusException">
    /// There is no such class, the new name is taken, or the classifier does not have one row of weights for each class. The model stays as
    /// it is.
    /// </exception>
    public void RenameClass(string name, string newName) => Change(rows => rows.Rename(name, newName));

    /// <summary>
    /// Makes one class of several, without training. Its probability is the sum of theirs. It gets the label of the first of them; the
    /// logits of the other classes stay the same, bit for bit on the CPU.
    /// </summary>
    /// <remarks>The class keeps the weights of all of them, which exports for other software cannot express.</remarks>
    /// <param name="into">The name of the result. A class that already has it becomes part of the result.</param>
    /// <param name="names">The names of the classes.</param>
    /// <exception cref="LiftPlusException">
    /// One of the classes does not exist, there are fewer than two, or the classifier does not have one row of weights for each class. The
    /// model stays as it is.
    /// </exception>
    public void MergeClasses(string into, params IEnumerable<string> names)
    {
        string[] listed = [.. names];
        Change(rows => rows.Merge(into, listed));
    }

    /// <summary>
    /// Replaces a class by several, without training. Their weights are made as those of an added class. They get the label of the class
    /// and the next ones; the logits of the other classes stay the same, bit for bit on the CPU.
    /// </summary>
    /// <param name="name">The name of the class.</param>
    /// <param name="parts">What the class becomes, two classes or more; one of them may keep its name.</param>
    /// <param name="cancellationToken">Stops between batches of images; the model stays as it is.</param>
    /// <exception cref="LiftPlusException">There is no such class, or fewer than two parts; or as for <see cref="AddClass"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void SplitClass(string name, IEnumerable<NewClass> parts, CancellationToken cancellationToken = default) =>
        Insert(name, [.. parts], cancellationToken);

    /// <summary>
    /// Divides the weights w of each class by ‖w‖^τ and removes the biases (τ-normalisation, arXiv 1910.09217): a linear classifier that
    /// was trained with cross-entropy has longer weights for frequent classes, which favours them.
    /// </summary>
    /// <param name="tau">τ: 0 keeps the lengths, 1 makes all of them 1. Choose it by validation.</param>
    /// <exception cref="LiftPlusException">
    /// τ is not from 0 to 1, or the classifier is not linear: the others compare directions, which have no length. The model stays as it
    /// is.
    /// </exception>
    public void NormalizeClassifier(double tau = 1) => Change(rows => rows.Normalize(tau));

    // Names are compared before anything is read, and again when nothing else can change them.
    private void Insert(string? replaced, NewClass[] added, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using ModelUse use = Enter();
        ClassRows before = new(use.Head);
        before.RequirePlace(replaced, [.. added.Select(one => one.Name)]);
        ClassSources[] sources = [.. added.Select(one => ClassSources.Read(this, before, one, _words, cancellationToken))];
        IReadOnlyList<ClassRow> made = before.Make(
            replaced,
            sources,
            before.NamesTookPart ? (texts, names) => _words.Encode(Backbone, texts, names, cancellationToken) : null
        );
        Change(rows => rows.Insert(replaced, made));
    }

    private void Change(Action<ClassRows> change)
    {
        lock (_changes)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            using ModelUse use = Enter();
            ClassRows rows = new(use.Head);
            change(rows);
            Replace(rows.ToHead());
        }
    }
}
