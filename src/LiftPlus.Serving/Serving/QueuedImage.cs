using LiftPlus.Inference;

namespace LiftPlus.Serving;

/// <summary>Represents a prepared image on its way to the model, and its answer. The reader of the queue disposes it.</summary>
internal sealed class QueuedImage : IDisposable
{
    private readonly TaskCompletionSource<Prediction> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _cancellation;
    private readonly Action _done;

    /// <param name="image">The numbers; owned.</param>
    /// <param name="options">What to return.</param>
    /// <param name="generation">The model it was prepared for; a use of it passes to this object.</param>
    /// <param name="done">Called once, when the image has left the queue and the model.</param>
    /// <param name="cancellationToken">Ends the wait at once; the image is dropped when its turn comes.</param>
    public QueuedImage(
        PreparedImage image,
        PredictionOptions options,
        ModelGeneration generation,
        Action done,
        CancellationToken cancellationToken
    )
    {
        (Image, Options, Generation, _done) = (image, options, generation, done);
        _cancellation = cancellationToken.UnsafeRegister(
            static (state, token) => ((QueuedImage)state!)._answer.TrySetCanceled(token),
            this
        );
    }

    public PreparedImage Image { get; }

    public PredictionOptions Options { get; }

    public ModelGeneration Generation { get; }

    public Task<Prediction> Answer => _answer.Task;

    /// <summary>Gets whether the caller no longer waits for the answer.</summary>
    public bool IsAbandoned => _answer.Task.IsCompleted;

    public void Complete(Prediction prediction) => _answer.TrySetResult(prediction);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    public void Dispose()
    {
        _cancellation.Dispose();
        Image.Dispose();
        Generation.RemoveUser();
        _done();
    }
}
